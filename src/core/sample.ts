import { z } from "zod";
import { hash64 } from "./hash.ts";
import { type Bag, canonicalJson } from "./json.ts";
import { type Prompt, promptSchema } from "./message.ts";

/** One line of a sample file, as openai/evals writes it; every other key is kept. */
export const sampleRowSchema = z.looseObject({
  id: z.union([z.string().min(1), z.number()]).optional(),
  input: promptSchema.optional(),
  ideal: z.union([z.string(), z.array(z.string())]).optional(),
  choices: z.array(z.string()).optional(),
  answers: z.array(z.int().nonnegative()).optional(),
  metadata: z.record(z.string(), z.json()).optional(),
});
export type SampleRow = z.infer<typeof sampleRowSchema>;

/** One question with its right answers. */
export interface Sample {
  /** Given in the row, else `<base>.<split>.<line>`, the line counted from 0. */
  readonly id: string;
  /** 0-based position in the data: key of bitsets (resume, flags), never of pairing. */
  readonly index: number;
  /** null: the eval builds its prompts from `fields`. */
  readonly input: Prompt | null;
  /** Right answers; a single text is one element; empty = none. */
  readonly ideal: readonly string[];
  /** Options in the order shown. */
  readonly choices?: readonly string[] | undefined;
  /** Right options, as indexes into `choices`. */
  readonly answers?: readonly number[] | undefined;
  /** Every other key of the row. */
  readonly fields: Bag;
  /** Slices, groups, provenance. */
  readonly metadata: Bag;
  /** Of the content and of `ideal`: pairing and change detection go by them. */
  readonly hashes: { readonly item: string; readonly ideal: string };
}

const known = new Set(["id", "input", "ideal", "choices", "answers", "metadata"]);
const nothing: Bag = Object.freeze({});

/** The sample that a checked row stands for. */
export function toSample(row: SampleRow, index: number, idPrefix: string): Sample {
  const { input = null, choices, answers, metadata } = row;
  const ideal = row.ideal === undefined ? [] : typeof row.ideal === "string" ? [row.ideal] : row.ideal;
  const extra = Object.keys(row).filter((key) => !known.has(key));
  const fields: Bag = extra.length === 0 ? nothing : Object.fromEntries(extra.map((key) => [key, row[key] as Bag[string]]));
  return {
    id: row.id === undefined ? `${idPrefix}.${index}` : String(row.id),
    index,
    input,
    ideal,
    ...(choices && { choices }),
    ...(answers && { answers }),
    fields,
    metadata: metadata ?? nothing,
    hashes: contentHashes({ input, ideal, choices, answers, fields }),
  };
}

/** The hashes of a sample's content, also for replies that come without their sample file. */
export function contentHashes(content: {
  input: Prompt | null;
  ideal: readonly string[];
  choices?: readonly string[] | undefined;
  answers?: readonly number[] | undefined;
  fields: Bag;
}): Sample["hashes"] {
  const { input, ideal, choices, answers, fields } = content;
  return {
    item: hash64(canonicalJson({ input, choices, fields })),
    ideal: hash64(JSON.stringify(answers === undefined ? ideal : { ideal, answers })),
  };
}

/** The samples of one eval in the order in which they are asked. Opened once, after every row was checked. */
export interface SampleSource {
  /** Rows in the data, and how many of them this run asks. */
  readonly total: number;
  readonly selected: number;
  /** Over the item and ideal hashes in file order: unchanged by line endings or the order of keys. */
  readonly dataHash: string;
  readonly ids: "given" | "line";
  /** The sample at a position of the issue order, 0-based. */
  at(position: number): Sample;
  /** The position in the issue order of a row, or -1 when it is not selected. */
  positionOf(index: number): number;
  close(): void;
}
