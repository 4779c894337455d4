import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, for a person who wrote it. */
export interface Fault {
  /** From the checked value to the part at fault. */
  readonly path: readonly PropertyKey[];
  /** Follows the part's name: `is a number; text is expected`. */
  readonly text: string;
  /** The key that nobody knows, in the mapping at `path`. */
  readonly unknownKey?: string;
}

const kinds: { readonly [expected: string]: string } = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "null",
};

/** The first thing that a schema did not like; in a union, of the branch that got furthest. */
export function firstFault(error: z.ZodError, value: unknown): Fault {
  const [issue] = error.issues;
  if (issue === undefined) throw new Error("a schema failed without saying why");
  return describe(issue, value, []);
}

function describe(issue: Issue, root: unknown, above: readonly PropertyKey[]): Fault {
  const path = [...above, ...issue.path];
  const value = path.reduce<unknown>((held, key) => (held as { [key: PropertyKey]: unknown } | null | undefined)?.[key], root);
  switch (issue.code) {
    case "invalid_union": {
      const furthest = issue.errors
        .map(([first]) => first)
        .filter((first) => first !== undefined)
        .sort((a, b) => b.path.length - a.path.length)[0];
      if (furthest !== undefined && furthest.path.length > 0) return describe(furthest, root, path);
      const expected = [...new Set(issue.errors.flat().map(expectation))].filter((kind) => kind !== undefined);
      return { path, text: mismatch(mayHoldSecret(path) ? hidden : value, expected) };
    }
    case "unrecognized_keys":
      return { path, text: `has the unknown key "${issue.keys[0]}"`, unknownKey: issue.keys[0] as string };
    case "invalid_type":
      if (issue.expected === "never") return { path, text: `does not belong there: ${issue.message}` };
      return { path, text: mismatch(mayHoldSecret(path) ? hidden : value, [expectation(issue) as string]) };
    case "invalid_value":
      return { path, text: mismatch(mayHoldSecret(path) ? hidden : value, [expectation(issue) as string]) };
    default:
      return { path, text: `is not valid: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}` };
  }
}

function expectation(issue: Issue): string | undefined {
  if (issue.code === "invalid_type") return kinds[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(", ");
  return undefined;
}

function mismatch(value: unknown, expected: readonly string[]): string {
  const wanted = expected.length === 0 ? "" : `${expected.join(" or ")} is expected`;
  if (value === undefined) return wanted === "" ? "is missing" : `is missing; ${wanted}`;
  return `is ${shown(value)}${wanted === "" ? ", which does not fit" : `; ${wanted}`}`;
}

/** A key written where its name belongs is still a key: messages end up in logs. */
const hidden = Symbol("hidden");

function mayHoldSecret(path: readonly PropertyKey[]): boolean {
  return path.some((part) => /^headers$|key$|^api_?key|token$|secret|passw|authorization|credential/i.test(String(part)));
}

function shown(value: unknown): string {
  if (value === hidden) return "no such thing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** A path as it is written in prose: `args.evals[2]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");
}
