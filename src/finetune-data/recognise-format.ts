import { extname } from "node:path";
import { isDiscordExport } from "./formats/discord/is-export.ts";
import type { FormatName } from "./formats/index.ts";

/** By the keys of the first object: the first line whose keys are all there says it. */
const byKeys: readonly (readonly [FormatName, readonly string[]])[] = [
  ["chat", ["messages"]],
  ["promptingtools", ["_type"]],
  ["rag-result", ["question", "rephrased_questions"]],
  ["rag-result", ["question", "answer", "context"]],
  ["sharegpt", ["conversations"]],
  ["preference", ["preferred_output"]],
  ["preference", ["preferred_completion"]],
  ["preference", ["chosen", "rejected"]],
  ["samples", ["input", "ideal"]],
  ["alpaca", ["instruction", "output"]],
  ["completions", ["prompt", "completion"]],
  ["promptfoo", ["tests"]],
  ["promptfoo", ["vars", "assert"]],
];

const tables: ReadonlyMap<string, FormatName> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
]);

/**
 * What a file is, by its name and its beginning.
 *
 * @returns undefined when nothing tells
 */
export function recogniseFormat(name: string, head: string): FormatName | undefined {
  const ending = extname(name.replace(/\.(gz|zst)$/i, "")).toLowerCase();
  if (isDiscordExport(head)) return "discord";
  const table = tables.get(ending);
  if (table !== undefined) return table;
  const text = head.replace(/^\ufeff/, "").trimStart();
  if (text.startsWith("{") || text.startsWith("[")) {
    const keys = keysOfFirst(text);
    return byKeys.find(([, wanted]) => wanted.every((key) => keys.has(key)))?.[0];
  }
  if (ending === ".yaml" || ending === ".yml") return /^(tests:|- vars:)/m.test(text) ? "promptfoo" : undefined;
  if (ending === ".txt" && /^STUDENT: .*$/m.test(text) && /^TEACHER: .*$/m.test(text)) return "chat-builder";
  return ending === ".txt" && text !== "" ? (isDocuments(text) ? "tinytext" : "text") : undefined;
}

/** Two lines one behind the other, and an empty one somewhere. */
function isDocuments(text: string): boolean {
  const filled = text.split(/\r?\n/).map((line) => line.trim() !== "");
  return filled.slice(0, -1).includes(false) && filled.some((one, at) => one && filled[at + 1]);
}

const pieces = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/** The keys of the first object in the beginning of JSON text, as far as it goes. */
function keysOfFirst(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  let depth = 0;
  let objectAt: number | undefined;
  for (const [piece, colon] of text.matchAll(pieces)) {
    if (piece === "{" || piece === "[") {
      depth++;
      if (piece === "{") objectAt ??= depth;
    } else if (piece === "}" || piece === "]") {
      if (depth === objectAt) break;
      depth--;
    } else if (colon !== undefined && depth === objectAt) {
      // No format has a key that needs escapes.
      keys.add(piece.slice(1, -colon.length - 1));
    }
  }
  return keys;
}
