import { openSync, statSync } from "node:fs";
import { basename } from "node:path";
import { type Completion, completionSchema } from "../core/completion.ts";
import { FinegaugeError, messageOf, type Place } from "../core/errors.ts";
import { spanReader } from "../io/jsonl-spans.ts";
import { scanLines } from "../io/scan-lines.ts";

/** The replies of a run that another is held against. */
export interface ParentReplies {
  /** Of the run. */
  readonly id: string;
  /** The first attempt at a question, by the hash of its content; undefined when there is none. */
  find(item: string): Completion | undefined;
}

/**
 * Finds the replies of a run file, and reads each when it is asked for.
 *
 * @throws FinegaugeError `registry.invalid` for what is no run file
 */
export function openParentReplies(path: string, where: Place): ParentReplies {
  const invalid = (why: string) =>
    new FinegaugeError("registry.invalid", `parent: ${basename(path)} ${why}`, {
      where,
      hint: "name the file of a run of this eval by the parent model, made with log-probabilities",
    });
  const spans = new Map<string, readonly [start: number, end: number]>();
  let id: string | undefined;
  let reader: ReturnType<typeof spanReader>;
  try {
    for (const { text, start, end, number } of scanLines(path)) {
      const line = number === 1 || text.startsWith('{"type":"sample"') ? lineOf(text) : undefined;
      if (number === 1) {
        if (line?.type !== "run" || typeof line.id !== "string") throw invalid("is no run file");
        id = line.id;
      }
      const item = line?.hashes?.item;
      if (line?.type === "sample" && line.attempt === 0 && typeof item === "string") spans.set(item, [start, end]);
    }
    reader = spanReader([{ fd: openSync(path, "r"), size: statSync(path).size }]);
  } catch (error) {
    throw error instanceof FinegaugeError ? error : invalid(`cannot be read: ${messageOf(error)}`);
  }
  if (id === undefined) throw invalid("is empty");
  return {
    id,
    find(item) {
      const span = spans.get(item);
      if (span === undefined) return undefined;
      return completionSchema.safeParse(lineOf(reader(0, ...span))?.completion).data;
    },
  };
}

interface Line {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly attempt?: unknown;
  readonly hashes?: { readonly item?: unknown };
  readonly completion?: unknown;
}

function lineOf(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
