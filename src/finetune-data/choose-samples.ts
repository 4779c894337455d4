import { canonicalJson } from "../core/json.ts";
import { contentText } from "../core/prompt.ts";
import { type AnswerKind, answerKind } from "./answer-kind.ts";
import type { Draft, DraftFault } from "./draft-samples.ts";

/** Why a row became no sample. */
export type DropReason =
  | "unreadable"
  | "empty-input"
  | "empty-ideal"
  | "in-training"
  | "like-training"
  | "conflict"
  | "duplicate"
  | "repeated-id";

interface Dropped {
  readonly reason: DropReason;
  /** In words, for rows that cannot be read. */
  readonly fault?: string | undefined;
  readonly lines: readonly number[];
}

export interface Chosen {
  readonly samples: readonly Draft[];
  readonly kind: AnswerKind;
  /** By reason, in the order in which rows were looked at; each row once. */
  readonly dropped: readonly Dropped[];
  /** Samples that got the answers of other rows with the same text. */
  readonly merged: number;
}

/**
 * The rows that make an eval. Two texts are the same if they differ in white space or in their system prompt alone.
 *
 * Of rows with the same text the first stays. If labels contradict each other, none does: nobody knows which is right. Answers in other
 * words are all right, and stand together.
 */
export function chooseSamples(rows: readonly (Draft | DraftFault)[], training: readonly (Draft | DraftFault)[] = []): Chosen {
  const dropped = new Map<string, { reason: DropReason; fault?: string; lines: number[] }>();
  const drop = (reason: DropReason, line: number, fault?: string) => {
    const key = `${reason} ${fault ?? ""}`;
    const found = dropped.get(key) ?? { reason, ...(fault !== undefined && { fault }), lines: [] };
    found.lines.push(line);
    dropped.set(key, found);
  };

  const trained = new Set(training.flatMap((row) => ("fault" in row ? [] : [sameText(row)])));
  const groups = new Map<string, Draft[]>();
  for (const row of rows) {
    if ("fault" in row) drop("unreadable", row.line, row.fault);
    else if (isEmptyInput(row)) drop("empty-input", row.line);
    else if (!row.ideal.some((ideal) => ideal.trim() !== "")) drop("empty-ideal", row.line);
    else {
      const key = sameText(row);
      if (trained.has(key)) drop("in-training", row.line);
      else {
        const same = groups.get(key);
        if (same === undefined) groups.set(key, [row]);
        else same.push(row);
      }
    }
  }

  const kind = answerKind([...groups.values()].flat().map(({ ideal }) => ideal));
  const samples: Draft[] = [];
  let merged = 0;
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const ideals = [...new Set([first, ...others].flatMap(({ ideal }) => ideal))];
    const isConflict = kind.kind === "labels" && ideals.length > 1;
    if (isConflict) for (const { line } of [first, ...others]) drop("conflict", line);
    else {
      for (const { line } of others) drop("duplicate", line);
      if (ideals.length > first.ideal.length) merged++;
      samples.push(ideals.length > first.ideal.length ? { ...first, ideal: ideals } : first);
    }
  }
  const kept = withoutRepeatedIds(samples, drop);
  for (const { lines } of dropped.values()) lines.sort((a, b) => a - b);
  return { samples: kept, kind: ownKind(kind, kept), dropped: [...dropped.values()], merged };
}

/** Without the samples of these lines, which are much like training rows. */
export function withoutSimilar({ samples, kind, dropped, merged }: Chosen, lines: ReadonlySet<number>): Chosen {
  if (lines.size === 0) return { samples, kind, dropped, merged };
  const kept = samples.filter(({ line }) => !lines.has(line));
  const before = dropped.find(({ reason }) => reason === "like-training")?.lines ?? [];
  const similar = { reason: "like-training", lines: [...before, ...lines].sort((a, b) => a - b) } as const;
  const others = dropped.filter(({ reason }) => reason !== "like-training");
  return { samples: kept, kind: ownKind(kind, kept), dropped: [...others, similar], merged };
}

/** Labels of which every row was dropped are none of this eval. */
function ownKind(kind: AnswerKind, kept: readonly Draft[]): AnswerKind {
  if (kind.kind !== "labels") return kind;
  const left = new Set(kept.flatMap(({ ideal }) => ideal));
  return { kind: "labels", labels: kind.labels.filter((label) => left.has(label)) };
}

function withoutRepeatedIds(samples: readonly Draft[], drop: (reason: DropReason, line: number) => void): Draft[] {
  const ids = new Set<string>();
  return samples.filter(({ id, line }) => {
    if (id === undefined) return true;
    const fresh = !ids.has(id);
    if (!fresh) drop("repeated-id", line);
    ids.add(id);
    return fresh;
  });
}

function isEmptyInput({ input, more }: Draft): boolean {
  if (input === null) return Object.keys(more).length === 0;
  return wordsOf(input) === "";
}

/** What two rows with the same question have in common. */
function sameText({ input, more }: Draft): string {
  const text = input === null ? "" : wordsOf(input);
  return Object.keys(more).length === 0 ? text : `${text}\n${canonicalJson(more)}`;
}

function wordsOf(input: Exclude<Draft["input"], null>): string {
  const plain = (text: string) => text.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
  if (typeof input === "string") return plain(input);
  const said = input.filter(({ role }) => role !== "system" && role !== "developer");
  const [only] = said;
  // A question in a table and the same one in a chat are the same.
  if (said.length === 1 && only?.role === "user") return plain(contentText(only));
  // A chat of system prompts alone asks by them.
  return (said.length === 0 ? input : said).map((one) => `${one.role}: ${plain(contentText(one))}`).join("\n");
}
