import { FinegaugeError } from "../../../core/errors.ts";
import { hashJson } from "../../../core/hash.ts";
import type { Bag, Json } from "../../../core/json.ts";
import type { SampleRow } from "../../../core/sample.ts";
import { type Assertion, assertionSchema, type Claim, claimOf, together } from "./claim.ts";
import { aboutRunning, known, type TestCase } from "./config-schema.ts";
import type { Left } from "./left.ts";
import { fillPrompt } from "./prompt.ts";
import { combinationCount, combinations, type ReadConfig } from "./read-config.ts";
import type { Vars } from "./template.ts";

/** The samples of a config that one scorer judges, of one prompt. */
export interface ConvertedEval {
  /** The second part of its name. */
  readonly split: string;
  readonly class: string;
  readonly args: Bag;
  readonly rows: readonly SampleRow[];
}

export interface Converted {
  readonly evals: readonly ConvertedEval[];
  readonly left: readonly Left[];
}

/** What is asked with one prompt and judged by one scorer. */
interface Group {
  readonly prompt: number;
  readonly claim: Claim;
  readonly rows: Row[];
}

interface Row {
  /** In the order of the config. */
  readonly number: number;
  readonly id: string;
  readonly claim: Claim;
  readonly input: Json;
  readonly metadata: Bag;
}

/** Options of a test that say how its variables and assertions are put together. */
const heeded = new Set(["disableVarExpansion", "disableDefaultAsserts"]);
const testKeys = new Set(["description", "vars", "assert", "options", "metadata"]);

/**
 * The evals that a promptfoo config is: prompts × tests, one for each prompt and kind of claim. A reply is right here exactly when it
 * passes there; what cannot be said so is left out, and named.
 */
export function convert(read: ReadConfig): Converted {
  const { config, prompts, shared, tests } = read;
  const left: Left[] = [...read.left];
  for (const key of Object.keys(config).filter((one) => !known.has(one))) {
    left.push({ at: [key], why: "there is no such thing here", matters: true });
  }
  for (const key of Object.keys(config).filter((one) => aboutRunning.has(one) && one !== "$schema")) {
    left.push({ at: [key], why: "it is about how promptfoo runs", matters: false });
  }
  leaveKeys(shared, ["defaultTest"], left);
  const groups = new Map<string, Group>();
  let number = 0;
  refuseTooMany(read);
  tests.forEach((test, place) => {
    leaveKeys(test, test.at, left);
    for (const [id, vars] of varsOf(test, shared, place, read, left)) {
      const claim = claimsOf(test, shared, vars, left);
      if (claim === undefined) continue;
      for (const [prompt, template] of prompts.entries()) {
        const asked = fillPrompt(template, vars);
        if ("why" in asked) {
          left.push({ at: test.at, why: `${shownPrompt(template.at)} cannot be filled in: ${asked.why}`, matters: true });
          continue;
        }
        const key = hashJson({ prompt, class: claim.class, args: claim.args });
        const group = groups.get(key) ?? { prompt, claim, rows: [] };
        groups.set(key, group);
        group.rows.push({ number: number++, id, claim, input: asked.messages as Json, metadata: metadataOf(test, shared, vars) });
      }
    }
  });
  return { evals: named(merged([...groups.values()]), prompts), left: once(left) };
}

/** More is a slip of the pen, and fills the memory before anybody sees it. */
const mostTests = 100_000;

/** @throws FinegaugeError `data.invalid` */
function refuseTooMany({ prompts, shared, tests, placeOf }: ReadConfig): void {
  let count = 0;
  for (const test of tests) {
    const own = [shared, test].map(({ vars }) => (typeof vars === "string" || Array.isArray(vars) ? {} : vars));
    count += combinationCount({ ...own[0], ...own[1] }, isExpanded(test, shared)) * Math.max(1, prompts.length);
    if (count <= mostTests) continue;
    throw new FinegaugeError("data.invalid", `the variables stand for more than ${mostTests} tests`, {
      where: placeOf([...test.at, "vars"]),
      hint: "every list of values multiplies; leave some out, or set options.disableVarExpansion",
    });
  }
}

function isExpanded(test: TestCase, shared: TestCase): boolean {
  return test.options?.disableVarExpansion !== true && shared.options?.disableVarExpansion !== true;
}

/** Of one prompt, all that patterns can say is one eval: so a config of many kinds of assertions has one number, as it had there. */
function merged(groups: readonly Group[]): Group[] {
  const able = groups.filter(({ rows }) => rows.every(({ claim }) => claim.condition !== undefined));
  const mixed = new Set(
    able.flatMap(({ prompt }, at) => (able.some((one, other) => other < at && one.prompt === prompt) ? prompt : [])),
  );
  const kept: Group[] = [];
  for (const group of groups) {
    if (!able.includes(group) || !mixed.has(group.prompt)) {
      kept.push(group);
      continue;
    }
    const rows = group.rows.map((row) => ({ ...row, claim: together([row.claim.condition as string]) }));
    const same = kept.find(({ prompt, claim }) => prompt === group.prompt && claim.class === "regex");
    if (same === undefined) kept.push({ prompt: group.prompt, claim: together([]), rows });
    else same.rows.push(...rows);
  }
  for (const { rows } of kept) rows.sort((one, other) => one.number - other.number);
  return kept;
}

function shownPrompt([, index]: Left["at"]): string {
  return `prompt ${Number(index) + 1}`;
}

function leaveKeys(test: TestCase, at: Left["at"], left: Left[]): void {
  for (const key of Object.keys(test).filter((one) => one !== "at" && !testKeys.has(one))) {
    left.push({ at: [...at, key], why: "a test has no such thing here", matters: true });
  }
  for (const key of Object.keys(test.options ?? {}).filter((one) => !heeded.has(one))) {
    left.push({ at: [...at, "options", key], why: "a test has no such option here", matters: true });
  }
}

/** A name and the variables of each sample that a test stands for. */
function varsOf(
  test: TestCase & Pick<Left, "at">,
  shared: TestCase,
  number: number,
  read: ReadConfig,
  left: Left[],
): [string, Vars][] {
  const own = [shared, test].map((one) => {
    if (typeof one.vars !== "string" && !Array.isArray(one.vars)) return one.vars ?? {};
    left.push({ at: [...test.at, "vars"], why: "its variables stand in a file", matters: true });
    return undefined;
  });
  if (own.includes(undefined)) return [];
  const all = combinations({ ...own[0], ...own[1] }, isExpanded(test, shared));
  return all.flatMap((vars, place): [string, Vars][] => {
    const loaded: { [name: string]: unknown } = {};
    for (const [name, value] of Object.entries(vars)) {
      const isFile = typeof value === "string" && /^(?:file|package):/.test(value);
      const text = isFile ? read.loadVar(value) : value;
      if (text === undefined) {
        left.push({ at: [...test.at, "vars", name], why: `${String(value)} is not there, or is no text`, matters: true });
        return [];
      }
      loaded[name] = typeof text === "string" ? text.replace(/\n$/, "") : text;
    }
    const nested = Object.entries(loaded).find(([, value]) => typeof value === "string" && /\{\{|\{%/.test(value));
    if (nested !== undefined) {
      left.push({ at: [...test.at, "vars", nested[0]], why: "a variable is a template itself", matters: true });
      return [];
    }
    return [[all.length === 1 ? `test-${number + 1}` : `test-${number + 1}.${place + 1}`, loaded]];
  });
}

/** What a reply has to be to pass a test; undefined when that cannot be said here. */
function claimsOf(test: TestCase & Pick<Left, "at">, shared: TestCase, vars: Vars, left: Left[]): Claim | undefined {
  const defaults = test.options?.disableDefaultAsserts === true ? [] : (shared.assert ?? []);
  const given = [
    ...defaults.map((value, index) => ({ value, at: ["defaultTest", "assert", index] })),
    ...(test.assert ?? []).map((value, index) => ({ value, at: [...test.at, "assert", index] })),
  ];
  const claims: { claim: Claim; at: Left["at"]; type: string }[] = [];
  for (const { value, at } of given) {
    const parsed = assertionSchema.safeParse(value);
    const leave = (why: string, matters = true) => void left.push({ at, why, matters });
    if (!parsed.success) leave("it is no assertion with a type");
    else if (parsed.data.weight === 0) leave(`${parsed.data.type} has the weight 0, so it decides nothing`, false);
    else {
      const claim = claimOf(parsed.data, vars);
      if ("why" in claim) leave(`${parsed.data.type}: ${claim.why}`);
      else claims.push({ claim, at, type: parsed.data.type });
    }
  }
  const [first, ...others] = claims;
  if (first === undefined) {
    if (given.length === 0) left.push({ at: test.at, why: "it has no assertion, so every reply passes", matters: true });
    return undefined;
  }
  if (others.length === 0) return first.claim;
  const able = claims.filter(({ claim }) => claim.condition !== undefined);
  const kept = able.length > 0 ? able : [first];
  for (const { at, type } of claims.filter((one) => !kept.includes(one))) {
    left.push({ at, why: `${type} cannot decide together with other assertions`, matters: true });
  }
  return kept.length === 1 ? kept[0]?.claim : together(kept.map(({ claim }) => claim.condition as string));
}

function metadataOf(test: TestCase, shared: TestCase, vars: Vars): Bag {
  const metrics = (test.assert ?? []).flatMap((one) => (one as Assertion).metric ?? []);
  return {
    ...(shared.metadata as Bag | undefined),
    ...(test.metadata as Bag | undefined),
    ...(test.description !== undefined && { description: test.description }),
    ...(metrics.length > 0 && { metric: metrics.join(" ") }),
    vars: vars as Bag,
  };
}

function sampleOf({ id, input, claim: { ideal }, metadata }: Row): SampleRow {
  const ideals = ideal === undefined ? {} : { ideal: typeof ideal === "string" ? ideal : [...ideal] };
  return { id, input, ...ideals, metadata } as SampleRow;
}

/** Names that tell them apart by what differs: the prompt, the scorer, else a number. */
function named(groups: readonly Group[], prompts: ReadConfig["prompts"]): ConvertedEval[] {
  const manyPrompts = new Set(groups.map(({ prompt }) => prompt)).size > 1;
  const manyClaims = new Set(groups.map(({ claim }) => hashJson([claim.class, claim.args]))).size > 1;
  const taken = new Set<string>();
  return groups.map(({ prompt, claim, rows }) => {
    const label = prompts[prompt]?.label;
    const parts = [...(manyPrompts ? [slug(label ?? "") || `prompt-${prompt + 1}`] : []), ...(manyClaims ? [claim.class] : [])];
    const wanted = parts.join("-") || "test";
    let split = wanted;
    for (let number = 2; taken.has(split); number++) split = `${wanted}-${number}`;
    taken.add(split);
    return { split, class: claim.class, args: claim.args, rows: rows.map(sampleOf) };
  });
}

export function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-");
  return plain.replaceAll(/^[-_]+|-+$/g, "").slice(0, 40);
}

/** An assertion that all tests share is left out once, not once for each of them. */
function once(left: readonly Left[]): Left[] {
  const seen = new Set<string>();
  return left.filter((one) => {
    const key = JSON.stringify(one);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
