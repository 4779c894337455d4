import { readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { EncodingName, TokenCounter } from "./token-counter.ts";

type CountTokens = (text: string, options: { readonly disallowedSpecial: ReadonlySet<string> }) => number;

const encodingSchema = z.object({ countTokens: z.custom<CountTokens>((value) => typeof value === "function") });
const manifestSchema = z.object({ version: z.string() });

/** `<|endoftext|>` in a text is text, as it is to the API. */
const noSpecial = { disallowedSpecial: new Set<string>() };

/**
 * The optional package gpt-tokenizer: the one of the working directory, else one installed beside Finegauge.
 *
 * @returns undefined when it is not installed
 * @throws FinegaugeError `install.peer-missing` when it is there and cannot be used
 */
export async function loadGptTokenizer(
  encoding: EncodingName,
  folder: string = process.cwd(),
): Promise<TokenCounter | undefined> {
  for (const from of [pathToFileURL(join(folder, "package.json")).href, import.meta.url]) {
    const manifest = manifestOf(from);
    if (manifest === undefined) continue;
    const version = versionOf(manifest);
    let loaded: unknown;
    try {
      loaded = await import(pathToFileURL(createRequire(from).resolve(`gpt-tokenizer/encoding/${encoding}`)).href);
    } catch (cause) {
      throw unusable(version, messageOf(cause), cause);
    }
    const checked = encodingSchema.safeParse(loaded);
    if (!checked.success) throw unusable(version, "it does not count tokens");
    const { countTokens } = checked.data;
    return { encoding, tokenizer: `gpt-tokenizer ${version}`, count: inPieces((text) => countTokens(text, noSpecial)) };
  }
  return undefined;
}

function manifestOf(from: string): string | undefined {
  try {
    return findPackageJSON("gpt-tokenizer", from);
  } catch {
    return undefined;
  }
}

function versionOf(manifest: string): string {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(manifest, "utf8"))).version;
  } catch {
    return "of no version";
  }
}

function unusable(version: string, why: string, cause?: unknown): FinegaugeError {
  const message = `gpt-tokenizer ${version} cannot be used: ${why}`;
  return new FinegaugeError("install.peer-missing", message, { hint: "npm install gpt-tokenizer@latest", cause });
}

/** Characters without a space, or spaces alone: the package takes time with the square of such a run. */
const longRun = /\S{2001,}|\s{2001,}/;
const pieceLength = 2000;

/** @returns counts the same, but for one token at most for each 2,000 characters of a run that has no end */
function inPieces(count: (text: string) => number): (text: string) => number {
  return (text) => {
    if (text.length <= pieceLength || !longRun.test(text)) return count(text);
    let tokens = 0;
    for (const part of text.split(/(\S{2001,}|\s{2001,})/)) {
      for (let at = 0; at < part.length; at += pieceLength) {
        // What is no such run is not cut: each cut may cost a token.
        const end = longRun.test(part) ? at + pieceLength : part.length;
        tokens += count(part.slice(at, end));
        if (end === part.length) break;
      }
    }
    return tokens;
  };
}
