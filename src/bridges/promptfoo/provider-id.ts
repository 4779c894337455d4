import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";

/** Providers whose id names a program or a file of the user's. */
const program = /^(exec|python|ruby|golang|file):\s*(.*)$/s;
const address = /\b(https?|wss?):\/\/\S+/g;

/** A provider's id without folders of this machine, credentials, and what stands behind a host: it goes into the run file. */
export function shownProvider(id: string): string {
  const [, kind, rest = ""] = program.exec(id) ?? [];
  if (kind !== undefined) {
    return `${kind}:${rest
      .split(/\s+/)
      .map((word) => basename(word))
      .join(" ")}`;
  }
  return id.replace(address, (url, scheme) => (URL.canParse(url) ? `${scheme}://${new URL(url).host}` : `${scheme}:`));
}

/**
 * The id with the file that it names as an absolute path.
 *
 * @param resolvePath beside the registry, or in the working directory
 */
export function withPlace(id: string, resolvePath: (file: string) => string): string {
  const named = /^(file:\/\/|python:|ruby:|golang:)(?!\/)([^:]+)(:.*)?$/s.exec(id);
  if (named === null) return id;
  const [, kind = "", file = "", fn = ""] = named;
  return `${kind}${resolvePath(file.replace(/^file:\/\//, ""))}${fn}`;
}

/**
 * Of the files that an id and its config name, one after the other; undefined where the provider is none of the user's code or files. A
 * changed script is another model. Where it is code of which no file is found, the hash is of the id: such a provider is never taken for a
 * server, whose replies can be kept.
 */
export function filesHash(id: string, config?: unknown): string | undefined {
  const [, , rest] = program.exec(id) ?? [];
  const texts = textsIn(config);
  const named = [...(rest === undefined ? [] : wordsOf(rest.replace(/^\/\//, ""))), ...texts.map((text) => text.trim())];
  const files = named.flatMap((word) => {
    const bare = word.replace(/^file:\/\//, "");
    const found = [bare, bare.replace(/:[^:]*$/, "")].map((name) => resolve(name)).find(isFile);
    return bare !== "" && found !== undefined ? [found] : [];
  });
  const isCode = rest !== undefined || code.test(id) || [id, ...texts].some((text) => text.includes("file://"));
  if (files.length === 0 && !isCode) return undefined;
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  if (files.length === 0) hash.update(id);
  return hash.digest("hex");
}

/** Providers that are code in another form than a path. */
const code = /^(package|mcp|browser):/;

/** Words as a shell tells them apart: a path in quotes is one, blanks and all. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, "$1$2$3"));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // A text of any kind may be no path at all.
    return false;
  }
}
