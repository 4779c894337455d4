import { z } from "zod";
import { textHash } from "./hash.ts";
import { type Bag, canonicalJson, type Json } from "./json.ts";
import { bagSchema } from "./json-schema.ts";
import { type Prompt, promptSchema } from "./message.ts";
import { canonicalPrompt } from "./prompt.ts";

/** One line of a sample file, as openai/evals writes it; every other key is kept. */
export const sampleRowSchema = z.looseObject({
  id: z.union([z.string().min(1), z.number()]).optional(),
  input: promptSchema.optional(),
  ideal: z.union([z.string(), z.array(z.string())]).optional(),
  choices: z.array(z.string()).optional(),
  answers: z.array(z.int().nonnegative()).optional(),
  metadata: bagSchema.optional(),
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
  readonly hashes: SampleHashes;
}

/** Pairing and change detection go by them. */
export interface SampleHashes {
  /** Of input, choices and fields; samples with equal ones are the same question. */
  readonly item: string;
  readonly ideal: string;
  /** Of the input alone: the prompt's, when nothing is put around it. */
  readonly input: string;
}

/** A sample as its row has it. */
export type SampleContent = Omit<Sample, "hashes">;

/** Not kept as fields; `__proto__` is nobody's key, and the schema takes it out too. */
const known = new Set(["id", "input", "ideal", "choices", "answers", "metadata", "__proto__"]);
const nothing: Bag = Object.freeze({});

/** What a checked row says. */
export function toContent(row: SampleRow, index: number, idPrefix: string): SampleContent {
  const { input = null, choices, answers } = row;
  let extra: [string, Json][] | undefined;
  for (const key in row) {
    if (known.has(key)) continue;
    extra ??= [];
    extra.push([key, row[key] as Json]);
  }
  const content: { -readonly [Key in keyof SampleContent]: SampleContent[Key] } = {
    id: row.id === undefined ? `${idPrefix}.${index}` : String(row.id),
    index,
    input,
    ideal: row.ideal === undefined ? [] : typeof row.ideal === "string" ? [row.ideal] : row.ideal,
    fields: extra === undefined ? nothing : Object.fromEntries(extra),
    metadata: row.metadata ?? nothing,
  };
  if (choices !== undefined) content.choices = choices;
  if (answers !== undefined) content.answers = answers;
  return content;
}

/** The sample that a checked row stands for. */
export function toSample(row: SampleRow, index: number, idPrefix: string): Sample {
  const sample = toContent(row, index, idPrefix) as { -readonly [Key in keyof Sample]: Sample[Key] };
  sample.hashes = contentHashes(sample);
  return sample;
}

type Hashed = Pick<SampleContent, "input" | "ideal" | "fields"> & Partial<Pick<SampleContent, "choices" | "answers">>;

/** The hashes of a sample's content, also for replies that come without their sample file. */
export function contentHashes(content: Hashed): SampleHashes {
  const text = canonicalPrompt(content.input);
  const input = textHash(text);
  // Most samples are their input alone, and that is what tells them apart.
  const alone = content.choices === undefined && isEmpty(content.fields);
  return { item: alone ? input : textHash(itemText(content, text)), ideal: textHash(idealText(content)), input };
}

/** Content and ideal as one text, equal exactly where both hashes are. */
export function contentText(content: Hashed): string {
  return `${itemText(content, canonicalPrompt(content.input))}\n${idealText(content)}\n`;
}

/** The canonical JSON of `{ choices, fields, input }`. */
function itemText({ choices, fields }: Hashed, input: string): string {
  const options = choices === undefined ? "" : `"choices":${canonicalJson(choices)},`;
  return `{${options}"fields":${isEmpty(fields) ? "{}" : canonicalJson(fields)},"input":${input}}`;
}

function isEmpty(bag: Bag): boolean {
  for (const _ in bag) return false;
  return true;
}

function idealText({ ideal, answers }: Hashed): string {
  return JSON.stringify(answers === undefined ? ideal : { ideal, answers });
}

/** The samples of one eval in the order in which they are asked. Opened once, after every row was checked. */
export interface SampleSource {
  /** Rows in the data, and how many of them this run asks. */
  readonly total: number;
  readonly selected: number;
  /** Over contents and ideals in file order: unchanged by line endings or the order of keys. */
  readonly dataHash: string;
  readonly ids: "given" | "line";
  /** Rows in the largest group, where the order keeps groups together. */
  readonly largestGroup?: number;
  /** The sample at a position of the issue order, 0-based. */
  at(position: number): Sample;
  /** The position in the issue order of a row, or -1 when it is not selected. */
  positionOf(index: number): number;
  close(): void;
}
