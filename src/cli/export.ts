import { once } from "node:events";
import { replaceFile } from "../io/replace-file.ts";
import { findRun, openStoredRun } from "../runs/index.ts";
import { checkTarget } from "./check-target.ts";
import type { CommonOptions } from "./context.ts";
import { openaiEvalsLog } from "./openai-evals-log.ts";
import { readSettings } from "./settings.ts";

interface ExportOptions extends CommonOptions {
  readonly to: "openai-evals";
  readonly output?: string;
}

/** Writes a run as another harness's log. */
export async function exportRun(reference: string, options: ExportOptions): Promise<void> {
  const { output = "-" } = options;
  checkTarget(output);
  const { out } = await readSettings(options);
  const stored = await openStoredRun((await findRun(reference, out)).file);
  if (output !== "-") {
    await replaceFile(output, openaiEvalsLog(stored));
    process.stdout.write(`${output}\n`);
    return;
  }
  for await (const line of openaiEvalsLog(stored)) {
    if (!process.stdout.write(line)) await once(process.stdout, "drain");
  }
}
