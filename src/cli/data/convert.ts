import { FinegaugeError } from "../../core/errors.ts";
import { formatNamed } from "../../finetune-data/index.ts";
import { note } from "../progress.ts";
import { type RewriteOptions, rewriteData } from "./rewrite-data.ts";
import { rewrittenJson, rewrittenLines } from "./rewritten-lines.ts";

interface ConvertOptions extends Omit<RewriteOptions, "columns"> {
  readonly to?: string;
  /** Of a table: columns. */
  readonly input?: string;
  readonly ideal?: string;
  readonly id?: string;
}

/** Writes conversations of one format in another. */
export async function convertData(input: string, options: ConvertOptions): Promise<void> {
  if (options.to === undefined)
    throw new FinegaugeError("cli.usage", "--to says in which format to write", { hint: "--to chat" });
  const { input: question, ideal, id, ...others } = options;
  const columns = {
    ...(question !== undefined && { input: question }),
    ...(ideal !== undefined && { ideal }),
    ...(id !== undefined && { id }),
  };
  const warn = (text: string) => note(`warning: ${text}`, options);
  const rewritten = await rewriteData(input, formatNamed(options.to), { ...others, columns, warn }, (conversation) => [
    { conversation },
  ]);
  if (options.json) process.stdout.write(`${JSON.stringify(rewrittenJson(rewritten), null, 2)}\n`);
  else for (const line of rewrittenLines(rewritten, options.dryRun)) note(line, options);
}
