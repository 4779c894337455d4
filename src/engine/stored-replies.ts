import type { SampleLine } from "../core/run-line.ts";
import type { Ask, Reply } from "../core/score.ts";

/** The name under which the replies to an ask are stored: its output, and its place where that alone could be another's. */
function storedName(asks: readonly Ask[], at: number): string {
  const output = asks[at]?.output ?? "reply";
  const first = asks.findIndex((ask) => ask.output === output) === at;
  return first && !output.includes("#") ? output : `${output}#${at}`;
}

/** What a sample line stores beside its `completion`: every reply but the first completion. undefined = nothing. */
export function otherReplies(asks: readonly Ask[], replies: readonly Reply[]): SampleLine["more"] {
  let more: NonNullable<SampleLine["more"]> | undefined;
  replies.forEach((reply, at) => {
    const first = reply[0];
    const rest = at === 0 && first !== undefined && "text" in first ? reply.slice(1) : reply;
    if (rest.length === 0) return;
    more ??= {};
    more[storedName(asks, at)] = [...rest];
  });
  return more;
}

/** The replies to the asks of a sample, back from its line. */
export function storedReplies(line: Pick<SampleLine, "completion" | "more">, asks: readonly Ask[]): readonly Reply[] {
  return asks.map((_, at) => {
    const rest = line.more?.[storedName(asks, at)] ?? [];
    return (at === 0 && line.completion !== undefined ? [line.completion, ...rest] : rest) as Reply;
  });
}
