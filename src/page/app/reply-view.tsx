import { duration, figure, whole } from "../../core/figures.ts";
import type { PageCell } from "../page-data.ts";
import { Logprobs } from "./logprobs.tsx";
import type { Marking } from "./marking.ts";
import { flagNames, OutcomeMark } from "./outcome.tsx";
import { TokenView } from "./token-view.tsx";
import { Untrusted } from "./untrusted.tsx";
import type { Mark } from "./word-diff.ts";

interface Props {
  name: string;
  cell: PageCell;
  marking: Marking;
  /** The reply cut into what the other side says too, and what it does not. */
  marks: readonly Mark[] | undefined;
  side: "before" | "after";
}

/** One model's reply and what was made of it. */
export function ReplyView({ name, cell, marking, marks, side }: Props) {
  const { outcome, error, text, refusal, tool_calls, reasoning, label, scores, judgements, logprobs, more, flags, adjusted } =
    cell;
  return (
    <section class={`reply-view ${outcome}`}>
      <h3>
        <Untrusted text={name} />
        <OutcomeMark outcome={outcome} word />
        {flags?.map((flag) => (
          <span key={flag} class="flag">
            {flagNames[flag]}
          </span>
        ))}
      </h3>
      {error && (
        <p class="error-text">
          <code>
            <Untrusted text={error.code} />
          </code>{" "}
          <Untrusted text={error.message} />
        </p>
      )}
      {reasoning !== undefined && (
        <details>
          <summary>Reasoning, not scored</summary>
          <pre dir="auto">
            <Untrusted text={reasoning} />
          </pre>
        </details>
      )}
      {text !== undefined && (text !== "" || tool_calls === undefined) && (
        <pre dir="auto" class="reply-text">
          <ReplyText text={text} cell={cell} marking={marking} marks={marks} side={side} />
        </pre>
      )}
      {text === undefined && error === undefined && <p class="quiet">The reply was not kept; its score was.</p>}
      {refusal !== undefined && (
        <p>
          Refused: <Untrusted text={refusal} />
        </p>
      )}
      {tool_calls?.map((call) => (
        <pre key={call.id}>
          <Untrusted text={`${call.name}(${call.arguments})`} />
        </pre>
      ))}
      {label !== undefined && label !== text && (
        <p>
          Taken to say{" "}
          <b>
            <Untrusted text={label} />
          </b>
        </p>
      )}
      {scores && scores.length > 0 && <Scores scores={scores} />}
      {judgements?.map(({ judge, text: said }, index) => (
        <details key={index}>
          <summary>
            What the judge <Untrusted text={judge} /> said
          </summary>
          <pre dir="auto">
            <Untrusted text={said} />
          </pre>
        </details>
      ))}
      {more &&
        Object.entries(more).map(([output, replies]) => (
          <details key={output}>
            <summary>
              <Untrusted text={output} />: {replies.length} more
            </summary>
            {replies.map((reply, index) => (
              <pre key={index} dir="auto">
                <Untrusted text={reply} />
              </pre>
            ))}
          </details>
        ))}
      {logprobs && logprobs.length > 0 && <Logprobs tokens={logprobs} />}
      <p class="facts">
        {factsOf(cell).map((fact) => (
          <span key={fact}>
            <Untrusted text={fact} />
          </span>
        ))}
      </p>
      {adjusted && (
        <p class="quiet">
          Adjusted: <Untrusted text={adjusted.join("; ")} />
        </p>
      )}
    </section>
  );
}

function ReplyText({ text, cell: { logprobs }, marking, marks, side }: Omit<Props, "name"> & { text: string }) {
  if (text === "") return <span class="quiet">(empty)</span>;
  if (marking === "tokens" && logprobs !== undefined && logprobs.length > 0) return <TokenView tokens={logprobs} />;
  if (marking !== "words" || marks === undefined) return <Untrusted text={text} />;
  const Changed = side === "before" ? "del" : "ins";
  return (
    <>
      {marks.map((mark, index) =>
        mark.changed ? (
          <Changed key={index}>
            <Untrusted text={mark.text} />
          </Changed>
        ) : (
          <Untrusted key={index} text={mark.text} />
        ),
      )}
    </>
  );
}

function Scores({ scores }: { scores: NonNullable<PageCell["scores"]> }) {
  return (
    <ul class="scores">
      {scores.map((score) => (
        <li key={score.name}>
          {(score.passed === undefined || scores.length > 1) && (
            <>
              <Untrusted text={score.name} /> {score.value === null ? "not scored" : <b>{Number(score.value.toFixed(4))}</b>}
            </>
          )}
          {(score.explanation ?? score.unscored?.message) !== undefined && (
            <p class="quiet" dir="auto">
              <Untrusted text={score.explanation ?? score.unscored?.message ?? ""} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function factsOf({ ms, usage, cost, finish, served, tries, cached, cached_at }: PageCell): readonly string[] {
  return [
    ms === undefined ? undefined : duration(ms),
    usage && `${whole(usage.input)} tokens in, ${whole(usage.output)} out`,
    usage?.reasoning === undefined ? undefined : `${whole(usage.reasoning)} of them reasoning`,
    cost === undefined ? undefined : figure(cost, "usd"),
    finish && `finish: ${finish}`,
    served && `answered by ${served}`,
    tries && `${tries.length} failed ${tries.length === 1 ? "try" : "tries"}: ${tries.join("; ")}`,
    cached && `from the cache${cached_at === undefined ? "" : `, of ${cached_at}`}`,
  ].filter((fact) => fact !== undefined);
}
