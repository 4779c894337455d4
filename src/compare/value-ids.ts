import { valueAt } from "../core/eval-spec.ts";
import { canonicalJson } from "../core/json.ts";
import type { SampleLine } from "../core/run-line.ts";
import { type Pages, pages } from "./pages.ts";

/** The value that each sample has at one path, as a small number. */
export interface ValueIds {
  readonly path: string;
  /** By seq, or by where else `observe` was told to put it; 0 = the sample has no value there. */
  readonly ids: Pages;
  observe(line: SampleLine, at?: number): void;
  /** The text of a value by its id. */
  text(id: number): string;
  /** There were more values than it was told to keep; those beyond have the last id. */
  full(): boolean;
}

/**
 * @param most values to tell apart
 */
export function valueIds(path: string, most = Number.POSITIVE_INFINITY): ValueIds {
  const keys = path.split(".");
  const known = new Map<string, number>();
  const texts = [""];
  const ids = pages(most < 0xffff ? (size) => new Uint16Array(size) : (size) => new Uint32Array(size), 0);
  let full = false;
  return {
    path,
    ids,
    observe(line, at = line.seq) {
      const value = valueAt(line, keys);
      if (value === undefined || value === null) return ids.set(at, 0);
      const text = typeof value === "string" ? value : canonicalJson(value);
      let id = known.get(text);
      if (id === undefined) {
        full ||= known.size >= most;
        if (full) return ids.set(at, most);
        id = texts.push(text) - 1;
        known.set(text, id);
      }
      ids.set(at, id);
    },
    text: (id) => texts[id] ?? "",
    full: () => full,
  };
}
