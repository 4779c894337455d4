import { isBag } from "../../../core/json.ts";

export type Vars = { readonly [name: string]: unknown };

/** A text, or why it cannot be made without Nunjucks. */
export type Filled = { readonly text: string } | { readonly why: string };

const placeholder = /\{\{-?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*-?\}\}/g;

/** A template of promptfoo's whose gaps are names of variables, filled in. What is filled in is not looked at again. */
export function fill(template: string, vars: Vars): Filled {
  const rest = template.replace(placeholder, "");
  const odd = /\{\{.*?\}\}|\{[%#].*?[%#]\}|\{\{|\{%|\{#/s.exec(rest)?.[0];
  if (odd !== undefined) return { why: `${odd.slice(0, 60)} is more than the name of a variable` };
  let why: string | undefined;
  const text = template.replace(placeholder, (gap, path: string) => {
    const value = valueAt(vars, path.split("."));
    if (value === undefined) why ??= `there is no variable ${path}`;
    else if (isPlain(value)) {
      // White space that a gap takes away stands outside of it.
      if (gap.startsWith("{{-") || gap.endsWith("-}}")) why ??= `${gap} takes away white space`;
      return String(value);
    } else why ??= `the variable ${path} is no text`;
    return "";
  });
  return why === undefined ? { text } : { why };
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  return isBag(value) && Object.hasOwn(value, key) ? valueAt(value[key], rest) : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
