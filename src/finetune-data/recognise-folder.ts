import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { isDiscordExport } from "./formats/discord/is-export.ts";
import type { FormatName } from "./formats/index.ts";

/** Files that are looked into, of a folder of many. */
const lookedInto = 50;
/** In which an export shows itself. */
const headBytes = 4096;

/**
 * What a folder is, by the names in it and the beginnings of its files.
 *
 * @returns undefined when nothing tells
 */
export function recogniseFolder(folder: string): FormatName | undefined {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  if (names.includes("users.json") && names.some((name) => /^[^/\\]+[/\\]\d{4}-\d\d-\d\d\.json$/.test(name))) return "slack";
  if (names.some((name) => /(^|[/\\])[^/\\]*conversation__[^/\\]*\.json$/.test(name))) return "promptingtools";
  if (names.some((name) => /(^|[/\\])aihelp__[^/\\]*\.json$/.test(name))) return "rag-result";
  const files = names.filter((name) => /\.(txt|json|csv)$/i.test(name)).slice(0, lookedInto);
  return files.some((name) => isDiscordExport(headOf(join(folder, name)))) ? "discord" : undefined;
}

function headOf(file: string): string {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(headBytes);
    return bytes.subarray(0, readSync(fd, bytes, 0, headBytes, 0)).toString("utf8");
  } finally {
    closeSync(fd);
  }
}
