import type { TokenLogprob } from "../../core/completion.ts";
import { Untrusted } from "./untrusted.tsx";

/** The reply token by token: the darker its ground, the less sure the model was. One hue, so that everybody sees the steps. */
export function TokenView({ tokens }: { tokens: readonly TokenLogprob[] }) {
  return (
    <>
      {tokens.map(({ token, logprob }, index) => (
        <span
          key={index}
          class="token"
          ref={(element) => element?.style.setProperty("--doubt", String(1 - probability(logprob)))}
          title={percent(logprob)}
        >
          <Untrusted text={token} />
        </span>
      ))}
    </>
  );
}

/** `97.3 %`. */
export function percent(logprob: number | null): string {
  return `${(probability(logprob) * 100).toFixed(1)} %`;
}

function probability(logprob: number | null): number {
  return logprob === null ? 0 : Math.min(1, Math.exp(logprob));
}
