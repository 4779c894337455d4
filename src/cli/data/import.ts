import { readFileSync } from "node:fs";
import { FinegaugeError } from "../../core/errors.ts";
import { type Conversation, formatNamed, type ReadOptions } from "../../finetune-data/index.ts";
import { stageFile } from "../../io/staged-file.ts";
import { checkTarget } from "../check-target.ts";
import { note } from "../progress.ts";
import { type Made, type RewriteOptions, rewriteData } from "./rewrite-data.ts";
import { rewrittenJson, rewrittenLines } from "./rewritten-lines.ts";

interface ImportOptions extends Omit<RewriteOptions, "labels" | "newestFirst"> {
  readonly to?: string;
  /** Absent: other names for people. */
  readonly keepNames?: boolean;
  /** A file whose content is the secret of these names. */
  readonly pseudonymKey?: string;
  /** Where the people are listed whom rows number that ask who replies. */
  readonly labels?: string;
  readonly order?: "oldest-first" | "newest-first";
}

/** Chats among people, and conversations that programs saved, as data to train on. */
export async function importData(input: string, options: ImportOptions): Promise<void> {
  const { to, keepNames, pseudonymKey, labels, order, ...others } = options;
  const secret = pseudonymKey === undefined ? undefined : secretIn(pseudonymKey);
  if (labels !== undefined) checkTarget(labels);
  const list = labels === undefined || options.dryRun ? undefined : stageFile(labels, { force: options.force ?? false });
  let people: readonly string[] | undefined;
  const reading: ReadOptions = {
    ...(!keepNames && { pseudonyms: { secret } }),
    ...(labels !== undefined && {
      labels: (all) => {
        people = all;
      },
      newestFirst: order === "newest-first",
    }),
    warn: (text) => note(`warning: ${text}`, options),
  };
  try {
    const target = formatNamed(to ?? (labels === undefined ? "chat" : "completions"));
    const rewritten = await rewriteData(input, target, { ...others, ...reading }, (conversation) => {
      if (labels !== undefined && people === undefined) {
        throw new FinegaugeError("cli.usage", "--labels is for Slack exports", { where: { file: input } });
      }
      return [answered(conversation, options.me)];
    });
    const isChat = rewritten.from === "discord" || rewritten.from === "slack";
    list?.write(`${JSON.stringify(people)}\n`);
    list?.commit();
    if (options.json) process.stdout.write(`${JSON.stringify(rewrittenJson(rewritten), null, 2)}\n`);
    else for (const line of rewrittenLines(rewritten, options.dryRun)) note(line, options);
    if (isChat && options.me === undefined && labels === undefined) {
      note("nobody is the assistant: --me NAME says whose messages are its", options);
    }
    if (isChat && !keepNames && options.compat === undefined) note("people have other names: --keep-names keeps them", options);
  } finally {
    list?.abandon();
  }
}

/** With somebody as the assistant, only what is a conversation with it is of use. */
function answered(conversation: Conversation, me: string | undefined): Made {
  if (me === undefined || conversation.bare) return { conversation };
  const roles = new Set(conversation.messages.map(({ role }) => role));
  if (!roles.has("assistant")) return { dropped: `${me} says nothing in it` };
  return roles.has("user") ? { conversation } : { dropped: `nobody but ${me} says anything in it` };
}

function secretIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new FinegaugeError("data.missing", `cannot read the key ${file}`, { where: { file }, cause });
  }
  if (text !== "") return text;
  throw new FinegaugeError("data.invalid", "the key is empty", {
    where: { file },
    hint: "any secret text, such as 32 random characters",
  });
}
