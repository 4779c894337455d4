import type { Bag } from "../core/json.ts";
import type { Message, Prompt } from "../core/message.ts";
import type { SampleRow } from "../core/sample.ts";
import type { AnswerKind } from "./answer-kind.ts";
import type { Draft, DraftFault } from "./draft-samples.ts";

/**
 * A sample as a line of a sample file has it.
 *
 * @param system put before a question that has no system prompt of its own; a text then becomes a question of the user's
 */
export function toRow({ id, input, ideal, metadata, more }: Draft, { kind }: AnswerKind, system: string | undefined): SampleRow {
  const [only = ""] = ideal;
  const label: Bag = kind === "labels" && metadata.label === undefined ? { label: only } : {};
  const kept: Bag = { ...metadata, ...label };
  return {
    ...(id !== undefined && { id }),
    ...(input !== null && { input: withSystem(input, system) as Message[] | string }),
    ideal: ideal.length === 1 ? only : [...ideal],
    ...(Object.keys(kept).length > 0 && { metadata: kept }),
    ...more,
  };
}

function withSystem(input: Prompt, system: string | undefined): Prompt {
  if (system === undefined) return input;
  const chat: readonly Message[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
  if (chat.some(({ role }) => role === "system" || role === "developer")) return chat;
  return system === "" ? chat : [{ role: "system", content: system }, ...chat];
}

/** The one system prompt that all these rows have: what a model trained on them expects. */
export function commonSystem(rows: readonly (Draft | DraftFault)[]): string | undefined {
  const found = new Set(
    rows.flatMap((row) => {
      if ("fault" in row || row.input === null || typeof row.input === "string") return [];
      const [first] = row.input;
      return [first?.role === "system" && typeof first.content === "string" ? first.content : undefined];
    }),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
