import { basename } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag } from "../../core/json.ts";
import { messageSchema } from "../../core/message.ts";
import { type Sample, type SampleRow, sampleRowSchema, toSample } from "../../core/sample.ts";
import { readDataRows } from "./read-training-rows.ts";
import { recogniseRow } from "./recognise-row.ts";

/**
 * The rows of a file as samples, where no registry says what its eval is: samples as they stand; of a chat or anything else that
 * `readTrainingRows` reads, the last answer is the ideal and what stands before it the question.
 *
 * @throws FinegaugeError `data.missing`, and `data.invalid` at the first line that is no sample
 */
export async function* readLeakSamples(file: string): AsyncGenerator<Sample, void, void> {
  const prefix = file === "-" ? "stdin" : basename(file).replace(/\..*$/, "");
  let index = 0;
  for await (const { line, values } of readDataRows(file)) {
    const row = rowOf(values);
    if (row === undefined) {
      throw new FinegaugeError("data.invalid", "the row is neither a sample nor a question with its answer", {
        where: { file: file === "-" ? "standard input" : file, line },
      });
    }
    yield toSample(row, index, prefix);
    index++;
  }
}

function rowOf(values: Bag): SampleRow | undefined {
  const { messages, input, instruction } = values;
  if (Array.isArray(messages)) return ofChat(messages) ?? ofOther(values);
  const isSample = ("input" in values || "ideal" in values) && instruction === undefined && !isBag(input);
  return isSample ? sampleRowSchema.safeParse(values).data : ofOther(values);
}

/** As `init` makes samples of chats, so that a registered eval of these has the same hashes. */
function ofChat(messages: readonly unknown[]): SampleRow | undefined {
  const chat = [];
  for (const message of messages) {
    const { weight: _, ...said } = isBag(message) ? message : {};
    const checked = messageSchema.safeParse({ content: null, ...said });
    if (!checked.success) return undefined;
    chat.push(checked.data);
  }
  const last = chat.at(-1);
  if (last?.role !== "assistant" || typeof last.content !== "string") return { input: chat };
  return { input: chat.slice(0, -1), ideal: last.content };
}

function ofOther(values: Bag): SampleRow | undefined {
  const said = recogniseRow(values);
  if (said === undefined) return undefined;
  const { turns } = said;
  const last = turns.at(-1);
  const hasAnswer = last?.answer === true && turns.length > 1;
  const asked = hasAnswer ? turns.slice(0, -1) : turns;
  const id = typeof values.id === "string" && values.id !== "" ? { id: values.id } : {};
  return { ...id, input: asked.map(({ text }) => text).join("\n"), ...(hasAnswer && { ideal: last.text }) };
}
