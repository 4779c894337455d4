import { readFileSync } from "node:fs";

export { countNames } from "./count-names.ts";
export { embed } from "./embed.ts";
export type * from "./page-data.ts";
export { visible } from "./visible.ts";

/** The page without data, as the build left it. */
export function readShell(): string {
  try {
    // Right from src/page and from dist/page.
    return readFileSync(new URL("../../dist/page/shell.html", import.meta.url), "utf8");
  } catch (cause) {
    throw new Error("the report page is not built: npm run build", { cause });
  }
}
