import { once } from "node:events";
import { replaceFile } from "../io/replace-file.ts";
import { findRun, openStoredRun } from "../runs/index.ts";
import { checkTarget } from "./check-target.ts";
import type { CommonOptions } from "./context.ts";
import { openaiEvalsLog } from "./openai-evals-log.ts";
import { promptfooLog } from "./promptfoo-log.ts";
import { readSettings } from "./settings.ts";

interface ExportOptions extends CommonOptions {
  readonly to: "openai-evals" | "promptfoo";
  readonly output?: string;
}

/** Writes a run as another harness's log. */
export async function exportRun(reference: string, options: ExportOptions): Promise<void> {
  const { output = "-" } = options;
  checkTarget(output);
  const { out } = await readSettings(options);
  const stored = await openStoredRun((await findRun(reference, out)).file);
  const written = options.to === "promptfoo" ? promptfooLog : openaiEvalsLog;
  if (output !== "-") {
    await replaceFile(output, written(stored));
    process.stdout.write(`${output}\n`);
    return;
  }
  for await (const line of written(stored)) {
    if (!process.stdout.write(line)) await once(process.stdout, "drain");
  }
}
