/** A text with named gaps; gaps are `{name}`, and `{{` and `}}` stand for single braces. */
export interface Template {
  readonly parts: readonly (string | { readonly name: string })[];
  /** Names of the gaps, each once. */
  readonly names: readonly string[];
}

/**
 * Reads a template by the rule of Python's `str.format`, as far as openai/evals uses it.
 *
 * @throws SyntaxError for a brace that stands alone, and for a gap that is more than a name (`{}`, `{0}`, `{a.b}`, `{a[0]}`, `{a!r}`)
 */
export function parseTemplate(text: string): Template {
  const parts: (string | { name: string })[] = [];
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character !== "{" && character !== "}") {
      plain += character;
      continue;
    }
    if (text[at + 1] === character) {
      plain += character;
      at++;
      continue;
    }
    if (character === "}") throw new SyntaxError("a `}` stands alone; write `}}` for a brace");
    const end = text.indexOf("}", at);
    const name = end < 0 ? undefined : text.slice(at + 1, end);
    if (name === undefined) throw new SyntaxError("a `{` is never closed; write `{{` for a brace");
    if (!/^[^{}.[\]!:]+$/.test(name) || /^\d+$/.test(name)) {
      throw new SyntaxError(`\`{${name}}\` is no gap that can be filled; a gap is a name, and \`{{\` is a brace`);
    }
    if (plain !== "") parts.push(plain);
    plain = "";
    parts.push({ name });
    at = end;
  }
  if (plain !== "") parts.push(plain);
  const names = parts.flatMap((part) => (typeof part === "string" ? [] : [part.name]));
  return { parts, names: [...new Set(names)] };
}

/** Fills the gaps; what is filled in is not read again. Every name must be there. */
export function fillTemplate({ parts }: Template, values: { readonly [name: string]: string }): string {
  return parts.map((part) => (typeof part === "string" ? part : (values[part.name] as string))).join("");
}
