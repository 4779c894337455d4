import type { TokenLogprob } from "../../core/completion.ts";
import { Untrusted } from "./untrusted.tsx";

/** The reply token by token: the fainter the line under it, the surer the model was. */
export function Logprobs({ tokens }: { tokens: readonly TokenLogprob[] }) {
  return (
    <details class="logprobs">
      <summary>Probabilities of {tokens.length === 1 ? "1 token" : `${tokens.length} tokens`}</summary>
      <p class="tokens">
        {tokens.map(({ token, logprob }, index) => (
          <span
            key={index}
            class="token"
            ref={(element) => element?.style.setProperty("--doubt", String(1 - probability(logprob)))}
            title={`${(probability(logprob) * 100).toFixed(1)} %`}
          >
            <Untrusted text={token} />
          </span>
        ))}
      </p>
      {tokens.some(({ top }) => top !== undefined) && (
        <table>
          <tbody>
            {tokens.map(({ token, logprob, top }, index) => (
              <tr key={index}>
                <th scope="row">
                  <code>
                    <Untrusted text={JSON.stringify(token)} />
                  </code>{" "}
                  {(probability(logprob) * 100).toFixed(1)} %
                </th>
                <td>
                  {top?.map((other, rank) => (
                    <span key={rank} class="alternative">
                      <code>
                        <Untrusted text={JSON.stringify(other.token)} />
                      </code>{" "}
                      {(probability(other.logprob) * 100).toFixed(1)} %
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

function probability(logprob: number | null): number {
  return logprob === null ? 0 : Math.exp(logprob);
}
