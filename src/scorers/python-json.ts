/** A value of Python's `json`: whole numbers are exact, objects keep any key. */
export type PythonJson = null | boolean | number | bigint | string | readonly PythonJson[] | ReadonlyMap<string, PythonJson>;

/** What Python refuses too: more digits in a whole number (a guard since 3.11), deeper nesting (its recursion limit). */
const digitsMost = 4300;
const depthMost = 990;

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const space = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON refuses exactly these inside a string
const plain = /[^"\\\u0000-\u001f]*/y;
const hex = /[0-9a-fA-F]{4}/y;
const escapes: { readonly [letter: string]: string } = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const words: readonly (readonly [string, PythonJson])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

/**
 * Reads a text as Python's `json.loads` does, which is not quite as `JSON.parse`: whole numbers are exact, NaN and Infinity are
 * accepted, of equal keys the last wins.
 *
 * @throws SyntaxError with the offset
 */
export function parsePythonJson(text: string): PythonJson {
  let at = 0;

  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at character ${at + 1}`);
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const skip = (character: string): boolean => {
    if (text[at] !== character) return false;
    at++;
    return true;
  };

  function string(): string {
    let value = "";
    for (;;) {
      value += take(plain)?.[0] ?? "";
      if (skip('"')) return value;
      if (!skip("\\")) return fail(at < text.length ? "a control character in a text" : "a text without an end");
      const letter = text[at++] ?? "";
      if (letter === "u") {
        const code = take(hex)?.[0] ?? fail("no four hexadecimal digits");
        value += String.fromCharCode(Number.parseInt(code, 16));
      } else value += Object.hasOwn(escapes, letter) ? escapes[letter] : fail("an unknown escape");
    }
  }

  function items(depth: number): PythonJson[] {
    const list: PythonJson[] = [];
    take(space);
    if (skip("]")) return list;
    for (;;) {
      list.push(value(depth));
      take(space);
      if (skip("]")) return list;
      if (!skip(",")) fail("no comma between values");
    }
  }

  function members(depth: number): Map<string, PythonJson> {
    const object = new Map<string, PythonJson>();
    take(space);
    if (skip("}")) return object;
    for (;;) {
      take(space);
      if (!skip('"')) fail("no key in double quotes");
      const key = string();
      take(space);
      if (!skip(":")) fail("no colon after a key");
      object.set(key, value(depth));
      take(space);
      if (skip("}")) return object;
      if (!skip(",")) fail("no comma between members");
    }
  }

  function value(depth: number): PythonJson {
    if (depth > depthMost) fail("nested too deeply");
    take(space);
    if (skip('"')) return string();
    if (skip("{")) return members(depth + 1);
    if (skip("[")) return items(depth + 1);
    for (const [word, meaning] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    const found = take(number) ?? fail("no value");
    const [digits, fraction, exponent] = found;
    if (fraction !== undefined || exponent !== undefined) return Number(digits);
    if (digits.length > digitsMost) fail("a number of too many digits");
    return BigInt(digits);
  }

  const result = value(0);
  take(space);
  if (at < text.length) fail("more text after the value");
  return result;
}
