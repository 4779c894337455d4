/** Said between two machines, not to whoever is behind them: RFC 9110, section 7.6.1. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Said by whoever calls the proxy to the proxy. */
export const nameHeader = "x-finegauge-name";

/** Names and values in turn, as they came, without what is meant for the proxy alone. */
export function passedOn(raw: readonly string[], more: readonly string[] = []): string[] {
  const left = new Set([...hopByHop, ...more, ...namedByConnection(raw)]);
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    if (!left.has(name.toLowerCase())) kept.push(name, raw[at + 1] as string);
  }
  return kept;
}

/** The first value of a header; undefined = there is none. */
export function headerOf(raw: readonly string[], wanted: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2) if ((raw[at] as string).toLowerCase() === wanted) return raw[at + 1];
  return undefined;
}

function namedByConnection(raw: readonly string[]): string[] {
  const named: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if ((raw[at] as string).toLowerCase() !== "connection") continue;
    named.push(...(raw[at + 1] as string).split(",").map((one) => one.trim().toLowerCase()));
  }
  return named;
}

const secretHeader = /auth|key|token|secret|cookie|signature|credential/i;
const secretQuery = /key|token|secret|sig|auth|code/i;

/** Values of a request that let somebody in, wherever they stand in it: they must not come back by way of an answer either. */
export function secretsOf(raw: readonly string[], path: string): string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const value = raw[at + 1] as string;
    // Behind the scheme (`Bearer`) stands the key; a cookie has several behind their names.
    if (secretHeader.test(raw[at] as string)) found.push(value, ...value.split(/[\s;,]+/), ...value.split(/[\s;,]*[\w-]+=/));
  }
  const query = path.indexOf("?");
  if (query >= 0) {
    for (const [name, value] of new URLSearchParams(path.slice(query))) if (secretQuery.test(name)) found.push(value);
  }
  return [...new Set(found)].filter((one) => one.length >= 6 && !/^(?:bearer|basic)$/i.test(one));
}
