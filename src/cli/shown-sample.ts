import { toText } from "../core/prompt.ts";
import type { SampleLine } from "../core/run-line.ts";
import { withoutControls } from "./table.ts";

/** What was asked, and what is known about the right answer; nothing of what a judge or a scorer said. */
export function shownQuestion({ input, ideal = [], choices, fields = {} }: SampleLine): string {
  const parts = [heading("asked"), input == null ? "(not kept: the run has no inputs)" : toText(input, false)];
  for (const [key, value] of Object.entries(fields)) {
    parts.push(heading(key), typeof value === "string" ? value : JSON.stringify(value));
  }
  if (choices !== undefined) parts.push(heading("choices"), choices.join("\n"));
  if (ideal.length > 0) parts.push(heading("right answer"), ideal.join("\nor "));
  return withoutControls(parts.join("\n"));
}

/** All replies to a sample that stand in its line. */
export function shownReply({ completion, more = {} }: SampleLine, title: string): string {
  const others = Object.values(more).flatMap((replies) => replies.flatMap((one) => ("text" in one ? [one.text] : [])));
  const texts = [...(completion === undefined ? [] : [completion.text]), ...others];
  return withoutControls(
    texts.flatMap((text, at) => [heading(texts.length > 1 ? `${title} ${at + 1}` : title), text]).join("\n"),
  );
}

export function heading(title: string): string {
  return `── ${title} ${"─".repeat(Math.max(3, 60 - title.length))}`;
}
