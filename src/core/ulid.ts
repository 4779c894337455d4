const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A ULID: 48 bits of time and 80 random bits in 26 characters, so that ids sort by time.
 *
 * @param now milliseconds since 1970
 * @param bytes ten random bytes
 */
export function ulid(now: number, bytes: Uint8Array): string {
  let text = "";
  for (let value = now, i = 0; i < 10; i++) {
    text = alphabet.charAt(value % 32) + text;
    value = Math.floor(value / 32);
  }
  let bits = 0;
  let held = 0;
  for (const byte of bytes.subarray(0, 10)) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((held >>> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return text;
}
