/** GPT-2's table of printable stand-ins for bytes, reversed: bytes that print stand for themselves, the others for 256 and up. */
const byteOfStandIn: ReadonlyMap<string, number> = new Map(
  (() => {
    const prints = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
    let next = 256;
    return Array.from({ length: 256 }, (_, byte): [string, number] => [String.fromCodePoint(prints(byte) ? byte : next++), byte]);
  })(),
);

/**
 * The bytes that a vocabulary entry adds to the text: tokens may end inside a character, so text is joined as bytes.
 *
 * @param entry as `tokenizer.ggml.tokens` has it
 * @param kind `tokenizer.ggml.model`: `gpt2` writes bytes by stand-ins, the others write `▁` for a space and `<0x0A>` for a byte
 */
export function pieceBytes(entry: string, kind: string): Buffer {
  if (kind === "gpt2") {
    const bytes: number[] = [];
    // Tokens that were added later hold plain text, e.g. a full-width bar.
    for (const character of entry) bytes.push(...(standsFor(character) ?? Buffer.from(character)));
    return Buffer.from(bytes);
  }
  const byte = /^<0x([0-9A-F]{2})>$/.exec(entry);
  return byte === null ? Buffer.from(entry.replaceAll("▁", " ")) : Buffer.from([Number.parseInt(byte[1] as string, 16)]);
}

function standsFor(character: string): [number] | undefined {
  const byte = byteOfStandIn.get(character);
  return byte === undefined ? undefined : [byte];
}
