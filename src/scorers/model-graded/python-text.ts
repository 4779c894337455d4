import type { Json } from "../../core/json.ts";

/** A value as openai/evals writes it into a grading prompt: a text as it is, anything else as Python prints it (`True`, `['a', 'b']`). */
export function pythonText(value: Json): string {
  return typeof value === "string" ? value : printed(value);
}

function printed(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(", ")}]`;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  return `{${entries.map(([key, item]) => `${quoted(key)}: ${printed(item)}`).join(", ")}}`;
}

const escapes: { readonly [character: string]: string } = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python prints these as numbers
  const inner = text.replace(/[\\\n\r\t\x00-\x1f\x7f'"]/g, (character) => {
    if (character === "'" || character === '"') return character === mark ? `\\${character}` : character;
    return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `${mark}${inner}${mark}`;
}
