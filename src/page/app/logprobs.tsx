import type { TokenLogprob } from "../../core/completion.ts";
import { percent } from "./token-view.tsx";
import { Untrusted } from "./untrusted.tsx";

/** Each token with its probability and what might have stood in its place. */
export function Logprobs({ tokens }: { tokens: readonly TokenLogprob[] }) {
  return (
    <details class="logprobs">
      <summary>Probabilities of {tokens.length === 1 ? "1 token" : `${tokens.length} tokens`}</summary>
      <table>
        <tbody>
          {tokens.map(({ token, logprob, top }, index) => (
            <tr key={index}>
              <th scope="row">
                <code>
                  <Untrusted text={JSON.stringify(token)} />
                </code>{" "}
                {percent(logprob)}
              </th>
              <td>
                {top?.map((other, rank) => (
                  <span key={rank} class="alternative">
                    <code>
                      <Untrusted text={JSON.stringify(other.token)} />
                    </code>{" "}
                    {percent(other.logprob)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
