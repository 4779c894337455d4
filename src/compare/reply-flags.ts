import type { Completion } from "../core/completion.ts";

/** What is remembered of a (sample, attempt), in one byte. */
export const flag = { done: 1, error: 2, filtered: 4, cut_off: 8, empty: 16, refused: 32, invalid_label: 64 } as const;

/** The six things that are counted beside accuracy. */
export const countedFlags = ["errors", "filtered", "cut_off", "empty", "refused", "invalid_label"] as const;
export type CountedFlag = (typeof countedFlags)[number];

export const flagOf = { ...flag, errors: flag.error } as const satisfies Record<CountedFlag, number>;

/** Which of the counts a reply is part of. A refused or filtered reply is not an empty one too. */
export function replyFlags({ finish, refusal, text, tool_calls }: Completion): number {
  let flags = 0;
  if (finish === "content_filter") flags |= flag.filtered;
  if (finish === "length") flags |= flag.cut_off;
  if (refusal !== undefined) flags |= flag.refused;
  const silent = text.trim() === "" && (tool_calls === undefined || tool_calls.length === 0);
  if (silent && (flags & (flag.filtered | flag.refused)) === 0) flags |= flag.empty;
  return flags;
}
