import { hash64 } from "../../core/hash.ts";
import type { Bag } from "../../core/json.ts";
import { seededRandom, seedFrom } from "../../core/random.ts";
import { exampleOf, type FormatName, verdictOf, withAnswer } from "../../finetune-data/index.ts";
import { shuffled } from "../label-run.ts";
import type { ReadRow } from "./open-rows.ts";
import { openRowSink } from "./row-sink.ts";

/** What becomes of a row that a model said neither yes nor no to: it stays as it is, counts as weak, or is left out. */
export type OnUnparsed = "keep" | "nil" | "drop";

/** By the hash of the question. */
export interface Replies {
  readonly replies: Map<string, string>;
  /** Why a question was not answered. */
  readonly refused: Map<string, string>;
}

export interface Refined {
  readonly rows: number;
  readonly strong: number;
  readonly weak: number;
  readonly unparsed: number;
  readonly written: number;
  /** Rows that the model said neither yes nor no to; undefined where there are none. */
  readonly unparsed_file: string | undefined;
}

export interface RefineChoices {
  readonly nil: string;
  readonly onUnparsed: OnUnparsed;
  /** As many strong as weak ones, by a seeded draw. */
  readonly balance?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly force?: boolean | undefined;
}

export function questionHash({ conversation }: Pick<ReadRow, "conversation">): string {
  return hash64(exampleOf(conversation).question);
}

/** Writes rows in their order: strong ones as they are, weak ones with the empty answer, those that nobody can tell to a file of their own. */
export async function writeRefined(
  rows: { readonly format: FormatName; read(): AsyncIterable<ReadRow> },
  { replies, refused }: Replies,
  files: { readonly output: string; readonly unparsed: string },
  choices: RefineChoices,
): Promise<Refined> {
  const verdictOn = (hash: string) => verdictOf(replies.get(hash) ?? "");
  const counts = { strong: 0, weak: 0, unparsed: 0 };
  const places: { strong: number[]; weak: number[] } = { strong: [], weak: [] };
  let total = 0;
  for await (const row of rows.read()) {
    const verdict = verdictOn(questionHash(row));
    counts[verdict]++;
    const side = sideOf(verdict, choices.onUnparsed);
    if (side !== undefined) places[side].push(total);
    total++;
  }
  const left = choices.balance ? leftOut(places, choices.seed ?? 0) : undefined;
  const sink = await openRowSink(files.output, rows.format, choices);
  const apart = counts.unparsed === 0 ? undefined : await openRowSink(files.unparsed, rows.format, choices);
  try {
    let at = -1;
    for await (const row of rows.read()) {
      at++;
      const { conversation } = row;
      const hash = questionHash(row);
      const verdict = verdictOn(hash);
      if (verdict === "unparsed") {
        const reply = replies.get(hash);
        const said: Bag = reply === undefined ? { refused: refused.get(hash) ?? "" } : { reply };
        apart?.put({ ...conversation, metadata: { ...conversation.metadata, ...said } });
      }
      const side = sideOf(verdict, choices.onUnparsed);
      if (side === undefined || left?.has(at)) continue;
      await sink.put(side === "weak" ? withAnswer(conversation, choices.nil) : conversation);
    }
    sink.finish();
    apart?.finish();
    return { rows: total, ...counts, written: sink.rows, unparsed_file: apart && files.unparsed };
  } finally {
    sink.abandon();
    apart?.abandon();
  }
}

function sideOf(verdict: "strong" | "weak" | "unparsed", policy: OnUnparsed): "strong" | "weak" | undefined {
  if (verdict !== "unparsed") return verdict;
  return policy === "drop" ? undefined : policy === "nil" ? "weak" : "strong";
}

/** Rows of the larger side that are too many. */
function leftOut({ strong, weak }: { strong: readonly number[]; weak: readonly number[] }, seed: number): ReadonlySet<number> {
  const [larger, fewer] = strong.length > weak.length ? [strong, weak.length] : [weak, strong.length];
  return new Set(shuffled(larger, seededRandom(seedFrom(`balance:${seed}`))).slice(fewer));
}
