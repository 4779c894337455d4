import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { LineCounter, parse, parseDocument } from "yaml";
import type { z } from "zod";
import { FinegaugeError, messageOf, type Place } from "../../../core/errors.ts";
import { type Config, configSchema, type TestCase, testSchema } from "./config-schema.ts";
import type { Left } from "./left.ts";
import type { PromptTemplate } from "./prompt.ts";
import type { Vars } from "./template.ts";

/** A config with the files read that it names. */
export interface ReadConfig {
  readonly config: Config;
  readonly prompts: readonly (PromptTemplate & Pick<Left, "at">)[];
  readonly shared: TestCase;
  readonly tests: readonly (TestCase & Pick<Left, "at">)[];
  /** What could not be read. */
  readonly left: readonly Left[];
  /** A variable whose value stands in a file. */
  loadVar(value: string): string | undefined;
  /** The line of a part of the config itself. */
  placeOf(path: Left["at"]): Place;
}

/** Is it a promptfoo config: it has prompts, and tests or providers. Anything else is false, whatever is wrong with it. */
export function isPromptfooConfig(file: string): boolean {
  if (!/\.(ya?ml|json)$/i.test(file)) return false;
  try {
    const value = parse(readFileSync(file, "utf8"), { logLevel: "silent" });
    return (
      typeof value === "object" &&
      value !== null &&
      "prompts" in value &&
      ("tests" in value || "providers" in value || "targets" in value)
    );
  } catch {
    return false;
  }
}

/** @throws FinegaugeError `data.invalid`, with the line */
export function readConfig(file: string): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, prettyErrors: false, merge: true });
  const placeAt = (offset: number | undefined): Place => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new FinegaugeError("data.invalid", broken.message, { where: placeAt(broken.pos[0]) });
  const placeOf = (path: Left["at"]): Place => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) return placeAt(node.range[0]);
    }
    return { file };
  };
  const config = checked(configSchema, plain(document, file), [], placeOf);
  const folder = dirname(resolve(file));
  const left: Left[] = [];
  const leave = (at: Left["at"], why: string) => void left.push({ at, why, matters: true });
  const text = (reference: string) => fileText(file, folder, reference);
  return {
    config,
    prompts: promptsOf(config, leave, text),
    shared: sharedTest(config, leave, text),
    tests: testsOf(config, leave, text),
    left,
    loadVar: (value) => (/\.(txt|md|json|csv|html|xml)$/i.test(value) ? text(value)?.trim() : undefined),
    placeOf,
  };
}

/** An alias of nothing, or one that stands for too much, only shows itself when values are made. */
function plain(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new FinegaugeError("data.invalid", messageOf(cause), { where: { file }, cause });
  }
}

type Leave = (at: Left["at"], why: string) => void;
type Text = (reference: string) => string | undefined;

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: Left["at"],
  placeOf: (path: Left["at"]) => Place,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...at, ...((issue?.path ?? []) as (string | number)[])];
  throw new FinegaugeError("data.invalid", `this is no promptfoo config: ${path.join(".")}: ${issue?.message}`, {
    where: placeOf(path),
  });
}

/** undefined: there is no such file. @throws FinegaugeError `data.invalid` for one outside the config's folder */
function fileText(file: string, folder: string, reference: string): string | undefined {
  const path = resolve(folder, reference.replace(/^file:\/\//, ""));
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const inside = relative(realpathSync(folder), realpathSync(path));
  // A config comes from anywhere: it takes no file of the machine into samples that are then published.
  if (isAbsolute(inside) || inside.split(sep)[0] === "..") {
    throw new FinegaugeError("data.invalid", `${reference} lies outside the config's folder`, {
      where: { file },
      hint: "copy it beside the config; nothing else is read",
    });
  }
  return readFileSync(path, "utf8");
}

function promptsOf({ prompts }: Config, leave: Leave, text: Text): ReadConfig["prompts"] {
  const given = typeof prompts === "string" ? [prompts] : prompts;
  return given.flatMap((one, index) => {
    const at = ["prompts", index];
    const { raw, id, label } = typeof one === "string" ? { raw: one, id: undefined, label: undefined } : one;
    const said = raw ?? id;
    if (said === undefined) {
      leave(at, "it has neither raw nor id");
      return [];
    }
    if (!isReference(said)) return [{ raw: said, label, at }];
    const extension = extname(said).toLowerCase();
    const content = /[*?]/.test(said) ? undefined : text(said);
    const found = content === undefined ? undefined : promptsIn(content, extension);
    if (found === undefined) leave(at, `${said} is not there, or holds no prompts that can be read`);
    return (found ?? []).map((template, place, all) => ({
      raw: template,
      label: all.length > 1 && label !== undefined ? `${label}-${place + 1}` : label,
      at,
    }));
  });
}

/** As promptfoo tells a file from a prompt. */
function isReference(text: string): boolean {
  return (
    text.startsWith("file://") ||
    (/^\S+\.(txt|json|jsonl|ya?ml|md|j2|csv|[cm]?[jt]s|py|sh|rb)$/.test(text) && !text.includes("{{"))
  );
}

/** The prompts that a file of this kind holds; undefined for a kind that is not read. */
function promptsIn(content: string, extension: string): readonly string[] | undefined {
  switch (extension) {
    case ".txt":
      return content
        .split(/^[ \t]*---[ \t]*\r?$/m)
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case ".json":
    case ".md":
    case ".j2":
      return [content];
    case ".jsonl":
      return content.split(/\r?\n/).filter((line) => line.trim() !== "");
    case ".yaml":
    case ".yml":
      return yamlPrompt(content);
    default:
      return undefined;
  }
}

function yamlPrompt(content: string): readonly string[] | undefined {
  try {
    return [JSON.stringify(parse(content, { logLevel: "error" }))];
  } catch {
    return undefined;
  }
}

function sharedTest({ defaultTest = {} }: Config, leave: Leave, text: Text): TestCase {
  if (typeof defaultTest !== "string") return defaultTest;
  const found = structured(defaultTest, text);
  const parsed = testSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  leave(["defaultTest"], `${defaultTest} holds no test that can be read`);
  return {};
}

function testsOf({ tests = [] }: Config, leave: Leave, text: Text): ReadConfig["tests"] {
  if (typeof tests === "string") return testsIn(tests, ["tests"], leave, text);
  return tests.flatMap((one, index) => {
    const at = ["tests", index];
    return typeof one === "string" ? testsIn(one, at, leave, text) : [{ ...one, at }];
  });
}

function testsIn(reference: string, at: Left["at"], leave: Leave, text: Text): ReadConfig["tests"] {
  const found = structured(reference, text);
  if (found === undefined) {
    leave(at, `${reference} is not there, or of a kind that is not read (yaml, json and jsonl are)`);
    return [];
  }
  const list = Array.isArray(found) ? found : [found];
  return list.flatMap((one, index) => {
    const parsed = testSchema.safeParse(one);
    const inside = [...at, index];
    if (parsed.success) return [{ ...parsed.data, at: inside }];
    leave(inside, `it is no test: ${parsed.error.issues[0]?.message}`);
    return [];
  });
}

/** What a data file holds; undefined when it is not there or is code. */
function structured(reference: string, text: Text): unknown {
  const extension = extname(reference).toLowerCase();
  if (![".yaml", ".yml", ".json", ".jsonl"].includes(extension) || /[*?]/.test(reference)) return undefined;
  const content = text(reference);
  if (content === undefined) return undefined;
  try {
    if (extension !== ".jsonl") return parse(content);
    return content.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
  } catch (cause) {
    throw new FinegaugeError("data.invalid", `${reference} cannot be read: ${messageOf(cause)}`, {
      where: { file: reference },
      cause,
    });
  }
}

/** How many tests a test's variables stand for, told before one is made. */
export function combinationCount(vars: Vars, expand: boolean): number {
  if (!expand) return 1;
  const counts = Object.values(vars).map((value) => (Array.isArray(value) && typeof value[0] === "string" ? value.length : 1));
  return counts.reduce((product, count) => product * count, 1);
}

/** What a test's variables stand for: each with one value. An array of texts is a test for each of them. */
export function combinations(vars: Vars, expand: boolean): readonly Vars[] {
  let all: Vars[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const values = expand && Array.isArray(value) && typeof value[0] === "string" ? value : [value];
    all = all.flatMap((one) => values.map((each) => ({ ...one, [name]: each })));
  }
  return all;
}
