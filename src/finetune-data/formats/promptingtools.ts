import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { canonicalJson, isBag, type Json } from "../../core/json.ts";
import type { Conversation, ConversationRow } from "../conversation.ts";
import type { Format } from "./format.ts";
import { savedConversation } from "./promptingtools/saved-messages.ts";

/** What PromptingTools.jl saves: a conversation a file, traced or not; a folder of them. */
export const promptingtools: Format = {
  *read(source) {
    for (const [at, saved] of savedIn(source.text(), source.name).entries()) {
      const made = savedConversation(saved);
      yield "fault" in made ? { line: at + 1, fault: made.fault } : { line: at + 1, conversation: made };
    }
  },
  *readFolder(folder, { warn }) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json") && !basename(file).startsWith("evaluation__"))
      .sort();
    const read = (file: string) => firstOf(join(folder, file));
    const whole = longestOnly(files, (file) => {
      const made = read(file);
      return "fault" in made ? undefined : made;
    });
    for (const [at, file] of files.entries()) {
      if (!whole.has(file)) continue;
      const made = read(file);
      if ("fault" in made) yield { line: at + 1, fault: `(${file}) ${made.fault}` };
      else yield withOrigin(made, file, at + 1);
    }
    const left = files.length - whole.size;
    if (left > 0)
      warn?.(
        `${folder}: ${left} of ${files.length} files are the beginning of another's conversation, or all of it, and are left out`,
      );
  },
};

function withOrigin(conversation: Conversation, file: string, line: number): ConversationRow {
  return { line, conversation: { ...conversation, metadata: { ...conversation.metadata, origin: file } } };
}

/**
 * Files but for those whose messages another file begins with: each turn of a chat is saved to a new, longer one. Of equal ones the first
 * is kept.
 *
 * @param read undefined: a file that is no conversation, and stays
 */
function longestOnly(files: readonly string[], read: (file: string) => Conversation | undefined): ReadonlySet<string> {
  const wholes = new Map<string, string>();
  const beginnings = new Set<string>();
  const others: string[] = [];
  for (const file of files) {
    const conversation = read(file);
    if (conversation === undefined) {
      others.push(file);
      continue;
    }
    const hash = createHash("sha256");
    const digests = conversation.messages.map(({ time: _time, ...message }) =>
      hash
        .update(`${canonicalJson(message)}\n`)
        .copy()
        .digest("base64"),
    );
    for (const beginning of digests.slice(0, -1)) beginnings.add(beginning);
    const whole = digests.at(-1) as string;
    if (!wholes.has(whole)) wholes.set(whole, file);
  }
  return new Set([...others, ...[...wholes].flatMap(([whole, file]) => (beginnings.has(whole) ? [] : [file]))]);
}

function firstOf(file: string): Conversation | { readonly fault: string } {
  const [saved] = savedIn(readFileSync(file, "utf8"), file);
  return saved === undefined ? { fault: "has no messages" } : savedConversation(saved);
}

/** A file's array of messages; or one a line. */
function savedIn(text: string, file: string): (readonly Json[])[] {
  const plain = text.replace(/^\ufeff/, "").trim();
  const whole = parsed(plain);
  const values = whole === undefined ? plain.split(/\r?\n/).map(parsed) : [whole];
  const lists = values.map((value) => (isBag(value) ? [value] : value));
  const wrong = lists.findIndex((list) => !Array.isArray(list));
  if (wrong < 0) return lists as (readonly Json[])[];
  throw new FinegaugeError("data.invalid", "the file is no JSON array of messages", {
    where: { file, ...(lists.length > 1 && { line: wrong + 1 }) },
    hint: "PromptingTools.jl saves an array of objects with _type",
  });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
