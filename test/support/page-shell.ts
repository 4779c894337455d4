import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** Builds the page where nobody did: `npm test` has it built before. */
export async function ensurePageShell(): Promise<void> {
  if (existsSync(new URL("../../dist/page/shell.html", import.meta.url))) return;
  await build({ configFile: fileURLToPath(new URL("../../src/page/vite.config.ts", import.meta.url)), logLevel: "warn" });
}
