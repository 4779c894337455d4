import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { FinegaugeError, messageOf, type Place } from "../core/errors.ts";

/**
 * Runs a user's `.ts` or `.js` file and gives what it exports. TypeScript is stripped of its types by Node itself, so only syntax
 * that can be stripped works: no enums, no parameter properties.
 *
 * @param file absolute path
 * @throws FinegaugeError `plugin.invalid`, with the line where Node gives one
 */
export async function loadModule(file: string): Promise<{ readonly [name: string]: unknown }> {
  if (!/\.[cm]?[jt]s$/.test(file)) {
    throw invalid("a plug-in is a .ts or .js file", { file });
  }
  if (!(await stat(file).catch(() => undefined))?.isFile()) throw invalid("there is no such file", { file });
  if (/\.[cm]?ts$/.test(file) && process.features.typescript === false) {
    throw invalid(
      `Node ${process.versions.node} cannot run TypeScript`,
      { file },
      "use Node 22.18 or newer, or compile the file to JavaScript",
    );
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const hint =
      code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"
        ? "only types can be stripped: write enums and parameter properties as plain JavaScript"
        : code === "ERR_MODULE_NOT_FOUND"
          ? "relative imports need their extension (./x.ts); packages must be installed beside the file"
          : isModuleAsScript(cause)
            ? `name it ${basename(file).replace(/\.([jt]s)$/, ".m$1")}, or put "type": "module" into package.json (npm pkg set type=module): as it is, Node takes the file for CommonJS`
            : undefined;
    throw invalid(`the file cannot be loaded: ${messageOf(cause)}`, placeOf(file, cause), hint, cause);
  }
}

/** Under `"type": "commonjs"`, which `npm init` writes, Node does not look whether a file is a module. */
function isModuleAsScript(cause: unknown): boolean {
  return (
    cause instanceof SyntaxError &&
    /^(Unexpected token '(export|import)'|Cannot use import statement|Cannot use 'import\.meta'|await is only valid)/.test(
      cause.message,
    )
  );
}

function placeOf(file: string, cause: unknown): Place {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const thrown = placeIn(stack, file);
  if (thrown !== undefined || !(cause instanceof SyntaxError)) return thrown ?? { file };
  // Node keeps the place of a syntax error to itself, and prints it only when it ends of one.
  return placeIn(spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr, file) ?? { file };
}

/** Traces and reports hold `<file or its URL>:<line>`, often with `:<column>`. */
function placeIn(text: string, file: string): Place | undefined {
  for (const name of [pathToFileURL(file).href, file]) {
    const at = text.indexOf(`${name}:`);
    const found = at < 0 ? null : /^(\d+)(?::(\d+))?/.exec(text.slice(at + name.length + 1));
    if (found !== null) return { file, line: Number(found[1]), ...(found[2] !== undefined && { column: Number(found[2]) }) };
  }
  return undefined;
}

function invalid(message: string, where: Place, hint?: string, cause?: unknown): FinegaugeError {
  return new FinegaugeError("plugin.invalid", message, { where, hint, cause });
}
