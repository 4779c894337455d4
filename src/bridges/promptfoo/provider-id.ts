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

/** Of the files that an id names, one after the other; undefined when it names none. A changed script is another model. */
export function filesHash(id: string): string | undefined {
  const [, , rest = ""] = program.exec(id) ?? [];
  const words = rest.replace(/^\/\//, "").split(/\s+/);
  const files = words.flatMap((word) => {
    const found = [word, word.replace(/:[^:]*$/, "")].map((name) => resolve(name)).find(isFile);
    return word !== "" && found !== undefined ? [found] : [];
  });
  if (files.length === 0) return undefined;
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
