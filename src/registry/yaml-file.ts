import { readFileSync } from "node:fs";
import { type Document, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, Scalar } from "yaml";
import { FinegaugeError, messageOf, type Place } from "../core/errors.ts";
import { type Bag, isBag } from "../core/json.ts";
import { childOf, keyText, pairsOf, repeatedPair, resolved, startOf } from "./yaml-nodes.ts";

/** One named entry of a registry file. Nothing is checked until it is read, so that a bad entry stops nobody else. */
export interface YamlEntry {
  readonly name: string;
  /** The registry it belongs to. */
  readonly root: string;
  /** Where its name stands. */
  readonly place: Place;
  /** Whatever it holds; null when it is empty. Throws FinegaugeError `registry.invalid`. */
  value(): unknown;
  /** Its mapping; a bare text is an alias. Of a key that stands twice the last one counts. Throws FinegaugeError `registry.invalid`. */
  read(): Bag;
  /** A key that stands twice in one of its mappings. */
  repeatedKey(): { readonly key: string; readonly where: Place } | undefined;
  /** Where a part of it stands; for a part that is missing, what it is missing from. */
  placeOf(path: readonly PropertyKey[], of?: "key" | "value"): Place;
  /** Is the part written without quotes, so that YAML 1.1 could have taken it for something other than text. */
  isPlain(path: readonly PropertyKey[]): boolean;
}

export interface YamlFile {
  /** As messages show it. */
  readonly shown: string;
  readonly text: string;
  /** In the order of the file; empty when it is no mapping, as upstream has it. */
  readonly entries: readonly YamlEntry[];
  /** Why nothing in the file can be used. */
  readonly problem?: FinegaugeError;
}

/** openai/evals' loader writes these itself. */
const reserved = ["key", "group", "cls"];

/** A file of named entries. Never throws: what is wrong with the file is kept beside it. */
export function readYamlFile(file: string, root: string, shown: string): YamlFile {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const reason = cause instanceof TypeError ? "it is not UTF-8 text" : messageOf(cause).replaceAll(file, shown);
    return {
      shown,
      text: "",
      entries: [],
      problem: new FinegaugeError("registry.invalid", `${shown} cannot be read: ${reason}`, { where: { file: shown }, cause }),
    };
  }
  const counter = new LineCounter();
  // Keys stay as they are written (`1.10`, `no`); two equal keys are found per entry, where they harm only that entry.
  const document = parseDocument(text, {
    lineCounter: counter,
    merge: true,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file: shown, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    return {
      shown,
      text,
      entries: [],
      problem: new FinegaugeError("registry.invalid", `${shown} is not valid YAML: ${error.message}`, {
        where: place(error.pos[0]),
      }),
    };
  }
  if (!isMap(document.contents)) return { shown, text, entries: [] };
  const entries = pairsOf(document.contents, document).map((pair) => entryOf(pair, { document, root, place }));
  return { shown, text, entries };
}

interface Source {
  readonly document: Document;
  readonly root: string;
  readonly place: (offset: number) => Place;
}

function entryOf(pair: Pair, { document, root, place }: Source): YamlEntry {
  const name = keyText(pair);
  const where = place(startOf(pair.key));
  const fail = (message: string, at: Place = where, hint?: string) =>
    new FinegaugeError("registry.invalid", `"${name}" ${message}`, { where: at, hint });

  const plain = (): unknown => {
    const node = pair.value as Node | null;
    try {
      return node?.toJS(document) ?? null;
    } catch (error) {
      throw fail(`cannot be read: ${messageOf(error)}`);
    }
  };
  const read = (): Bag => {
    const value = plain();
    if (typeof value === "string") return { id: value };
    if (value === null) throw fail("is empty", where, "give it keys, or the name that it stands for");
    if (!isBag(value)) throw fail("is no mapping");
    const taken = reserved.find((key) => Object.hasOwn(value, key));
    if (taken !== undefined) throw fail(`has the reserved key "${taken}"`, placeOf([taken], "key"));
    return value;
  };

  const find = (path: readonly PropertyKey[]): { key: unknown; node: unknown; whole: boolean } => {
    let found: { key: unknown; node: unknown } = { key: pair.key, node: pair.value };
    for (const step of path) {
      const inner = childOf(found.node, step, document);
      if (inner === undefined) return { ...found, whole: false };
      found = inner;
    }
    return { ...found, whole: true };
  };
  const placeOf = (path: readonly PropertyKey[], of: "key" | "value" = "value"): Place => {
    const { key, node, whole } = find(path);
    return place(startOf(whole && of === "value" && path.length > 0 ? (node ?? key) : key));
  };
  const isPlain = (path: readonly PropertyKey[]) => {
    const { node, whole } = find(path);
    const target = resolved(node, document);
    return whole && isScalar(target) && target.type === Scalar.PLAIN;
  };
  const repeated = () => {
    const twice = repeatedPair(pair.value);
    return twice && { key: keyText(twice), where: place(startOf(twice.key)) };
  };
  return { name, root, place: where, value: plain, read, repeatedKey: repeated, placeOf, isPlain };
}
