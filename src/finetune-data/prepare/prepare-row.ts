/** A row of prompt and completion, as the models take it that go on writing a text. */
export interface PrepareRow {
  readonly line: number;
  readonly prompt: string;
  readonly completion: string;
}

/** What sort of thing a model learns from such rows. */
export type TaskType = "open-ended generation" | "classification" | "conditional generation";

/** Few different completions are labels; no prompts at all are texts to learn from. */
export function taskType(rows: readonly PrepareRow[]): TaskType {
  if (rows.every(({ prompt }) => prompt === "")) return "open-ended generation";
  const completions = new Set(rows.map(({ completion }) => completion));
  return completions.size < rows.length / 3 ? "classification" : "conditional generation";
}
