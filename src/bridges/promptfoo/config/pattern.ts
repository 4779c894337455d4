/** A pattern that fits exactly this text; without case, as two texts are equal that `toLowerCase` makes equal. */
export function literal(text: string, ignoreCase = false): string {
  const wanted = ignoreCase ? text.toLowerCase() : text;
  return [...wanted].map((char) => (ignoreCase ? eitherCase(char) : escaped(char))).join("");
}

/** A look ahead from where it stands: somewhere behind, this fits. */
export function everywhere(pattern: string): string {
  return `(?=[^]*?${pattern})`;
}

export function anyOf(texts: readonly string[], ignoreCase = false): string {
  return `(?:${texts.map((text) => literal(text, ignoreCase)).join("|")})`;
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function eitherCase(lower: string): string {
  const upper = lower.toUpperCase();
  if (upper === lower || [...upper].length > 1) return escaped(lower);
  // The sign for degrees Kelvin is a K of its own.
  return `[${lower}${upper}${lower === "k" ? "\u212a" : ""}]`;
}
