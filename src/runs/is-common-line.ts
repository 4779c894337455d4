import { leakKinds } from "../core/leakage.ts";

/**
 * Is a parsed line a sample line of the common kind, with no key that the schema does not know and none of the rarer ones?
 *
 * The schema says the same of such a line, at three times the cost: a million lines are read in five seconds instead of eight. What this
 * does not recognise is not wrong, and goes to the schema, which also says what is wrong about it.
 */
export function isCommonLine(line: { readonly [key: string]: unknown }): boolean {
  let required = 0;
  for (const key in line) {
    const value = line[key];
    switch (key) {
      case "type":
        if (value !== "sample") return false;
        required++;
        break;
      case "id":
        if (typeof value !== "string") return false;
        required++;
        break;
      case "attempt":
      case "seq":
      case "index":
        if (!isCount(value)) return false;
        required++;
        break;
      case "hashes":
        if (!isHashes(value)) return false;
        required++;
        break;
      case "scores":
        if (!isListOf(value, isScore)) return false;
        break;
      case "completion":
        if (!isCompletion(value)) return false;
        break;
      case "leak":
        if (!leaks.has(value)) return false;
        break;
      case "metadata":
      case "fields":
        if (!isPlain(value)) return false;
        break;
      case "input":
        if (value !== null && typeof value !== "string" && !isListOf(value, isMessage)) return false;
        break;
      case "ideal":
      case "choices":
        if (!isListOf(value, isText)) return false;
        break;
      default:
        return false;
    }
  }
  return required === 6;
}

const leaks: ReadonlySet<unknown> = new Set(leakKinds);

type Bag = { readonly [key: string]: unknown };

function isPlain(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Object.hasOwn(value, "__proto__");
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isHashes(value: unknown): boolean {
  if (!isPlain(value)) return false;
  let n = 0;
  for (const key in value) {
    if ((key !== "item" && key !== "ideal" && key !== "prompt") || typeof value[key] !== "string") return false;
    n++;
  }
  return n === 3;
}

function isScore(value: unknown): boolean {
  if (!isPlain(value) || typeof value.name !== "string") return false;
  if (value.value !== null && !Number.isFinite(value.value)) return false;
  for (const key in value) {
    if (key === "name" || key === "value") continue;
    if (key === "passed" ? typeof value[key] !== "boolean" : key !== "label" || typeof value[key] !== "string") return false;
  }
  return true;
}

function isMessage(value: unknown): boolean {
  if (!isPlain(value) || typeof value.content !== "string") return false;
  for (const key in value) if (key !== "role" && key !== "content") return false;
  return value.role === "user" || value.role === "system" || value.role === "assistant";
}

function isCompletion(value: unknown): boolean {
  if (!isPlain(value) || typeof value.text !== "string" || !Number.isFinite(value.ms)) return false;
  if (value.finish !== "stop" && value.finish !== "length") return false;
  for (const key in value) {
    const part = value[key];
    if (key === "text" || key === "ms" || key === "finish") continue;
    if (key === "usage" ? !isUsage(part) : key === "served" ? !isServed(part) : key !== "cost" || !Number.isFinite(part))
      return false;
  }
  return true;
}

function isUsage(value: unknown): boolean {
  if (!isPlain(value)) return false;
  let n = 0;
  for (const key in value) {
    const part = value[key];
    if (!Number.isFinite(part) || (part as number) < 0) return false;
    if (key === "input" || key === "output") n++;
    else if (key !== "cached" && key !== "reasoning") return false;
  }
  return n === 2;
}

function isServed(value: unknown): boolean {
  if (!isPlain(value)) return false;
  for (const key in value) {
    if ((key !== "model" && key !== "fingerprint" && key !== "build") || typeof value[key] !== "string") return false;
  }
  return true;
}
