/** Kinds of requests whose answers are recorded. */
export type Endpoint = "chat" | "completions" | "responses";

const endings: readonly (readonly [string, Endpoint])[] = [
  ["/chat/completions", "chat"],
  ["/completions", "completions"],
  ["/responses", "responses"],
];

/** What a path asks for, OpenAI's and Azure's alike; undefined = passed through, and nothing else. */
export function endpointOf(path: string): Endpoint | undefined {
  const plain = path.replace(/\?.*$/s, "").replace(/\/+$/, "");
  return endings.find(([ending]) => plain.endsWith(ending))?.[1];
}

/**
 * The path at the upstream. A program's base URL may be the proxy's address alone or with `/v1`; Azure's paths begin at the root of a
 * host whatever the upstream is.
 *
 * @param path with its query, as the program asked
 * @param base the upstream's path without a slash at its end; empty = it is a host alone
 */
export function upstreamPath(path: string, base: string): string {
  if (base === "" || path.startsWith("/openai/") || startsWithSegments(path, base)) return path;
  if (base.endsWith("/v1") && startsWithSegments(path, "/v1")) return base + path.slice("/v1".length);
  return base + path;
}

function startsWithSegments(path: string, start: string): boolean {
  return path.startsWith(start) && /^(?:[/?]|$)/.test(path.slice(start.length));
}
