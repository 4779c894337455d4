/**
 * 53 bits that tell one text from another, as a number: two of a million texts have one key by chance once in 18,000 times, and then they
 * are still compared by what they say before anybody is told.
 */
export function textKey(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (mixed(a) >>> 0) * 2 ** 21 + (mixed(b) >>> 11);
}

/** 32 bits, signed, each of which depends on all of these. Signed ones are small integers to V8, the others objects. */
export function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0xc2b2ae35);
  const twice = Math.imul(once ^ (once >>> 15), 0x2c1b3c6d);
  return twice ^ (twice >>> 13);
}
