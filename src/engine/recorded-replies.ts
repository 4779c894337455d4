import { canonicalJson } from "../core/json.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import type { Ask, Reply, Scorer } from "../core/score.ts";
import { type AskPlan, askPlanner } from "./plan-asks.ts";
import { storedReplies } from "./stored-replies.ts";

/** What some scorers ask about a sample, and the recorded replies to it; undefined when a question has no recorded answer. */
export type RecordedReplies = (
  sample: Sample,
  line: Pick<SampleLine, "completion" | "more">,
) => { readonly plan: AskPlan; readonly replies: readonly Reply[] } | undefined;

/**
 * Finds the replies of a run for scorers that may be others than its own.
 *
 * @param recorded the scorers that the run asked for: a reply to another prompt is no reply
 */
export function recordedReplies(scorers: readonly Scorer[], recorded: readonly Scorer[] = scorers): RecordedReplies {
  const planOf = askPlanner(scorers);
  // A question without its answer, such as a log's that never said what the model replied.
  const whole = (plan: AskPlan, replies: readonly Reply[]) =>
    replies.some((reply) => reply.length === 0) ? undefined : { plan, replies };
  const alike = recorded === scorers || ![...scorers, ...recorded].some(({ asks }) => asks !== undefined);
  if (alike) {
    return (sample, line) => {
      const plan = planOf(sample);
      return whole(plan, storedReplies(line, plan.asks));
    };
  }
  const askedOf = askPlanner(recorded);
  return (sample, line) => {
    const plan = planOf(sample);
    const { asks } = askedOf(sample);
    const stored = storedReplies(line, asks);
    const at = new Map(asks.map((ask, place) => [questionOf(ask), place]));
    return whole(
      plan,
      plan.asks.map((ask) => {
        const reply = stored[at.get(questionOf(ask)) ?? -1] ?? [];
        if (!("n" in ask)) return reply;
        return reply.length < ask.n ? [] : (reply.slice(0, ask.n) as Reply);
      }),
    );
  };
}

/** What is asked, whatever the answer is called and however many are wanted. */
function questionOf(ask: Ask): string {
  return "request" in ask ? canonicalJson(ask.request) : canonicalJson(ask.continuations);
}
