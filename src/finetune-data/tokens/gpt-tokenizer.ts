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

/** Characters without a space, or spaces alone, that are counted at once: the package takes time with the square of such a run. */
const longestRun = 2000;

/** @returns counts the same, but for a token or so at each place where a run is cut */
function inPieces(count: (text: string) => number): (text: string) => number {
  return (text) => {
    if (text.length <= longestRun) return count(text);
    let tokens = 0;
    let from = 0;
    let runFrom = 0;
    let inSpace = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isSpace(code) !== inSpace) {
        inSpace = !inSpace;
        runFrom = at;
      } else if (at - runFrom >= longestRun && !isSecondHalf(code)) {
        tokens += count(text.slice(from, at));
        from = at;
        runFrom = at;
      }
    }
    return tokens + count(text.slice(from));
  };
}

/** What the package's patterns call a space, as far as it comes in runs. */
function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200a);
}

/** Of a character outside of the basic plane. */
function isSecondHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
