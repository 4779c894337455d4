import { contentText } from "../../core/prompt.ts";
import { type Conversation, type ConversationRow, conversationOf, type Turn } from "../conversation.ts";
import type { Format } from "./format.ts";
import { lostInTexts } from "./lost.ts";

const symbols: ReadonlyMap<string, string> = new Map([
  ["STUDENT", "="],
  ["TEACHER", "#"],
  ["TERM", "~"],
]);
const keyed = /^(STUDENT|TEACHER|TERM): ?(.*)$/;
const marked = /^([=#~]) (.*)$/;
const keyOf = new Map([...symbols].map(([key, symbol]) => [symbol, key]));

/**
 * chat-builder's conversations of a student and a teacher about a term, read with either marks and written with its symbols: what small
 * models are trained on.
 *
 * A conversation is written up to the last answer, as an answer is what is to be learned. As the old way has it, one trailing question is
 * left out, and a key within a sentence becomes a symbol as well.
 */
export const chatBuilder: Format = {
  *read(source, { warn }) {
    let block: Block | undefined;
    let strays = 0;
    for (const { text, number } of source.lines()) {
      if (text.trim() === "") {
        if (block !== undefined) yield rowOf(block);
        block = undefined;
        continue;
      }
      const [key, said] = partsOf(text);
      if (key === undefined) strays++;
      else {
        block ??= { line: number, turns: [], term: undefined };
        if (key === "TERM") block.term = said;
        else block.turns.push({ role: key === "STUDENT" ? "user" : "assistant", content: said });
      }
    }
    if (block !== undefined) yield rowOf(block);
    if (strays > 0)
      warn?.(`${source.name}: ${strays} lines are neither of a student, nor of a teacher, nor a term, and are left out`);
  },
  write: ({ compat }) => ({
    row(conversation) {
      const { lines, lost } = formatted(conversation, compat === "chat-builder");
      const all = [...lostInTexts(conversation), ...lost];
      return { text: lines.length === 0 ? undefined : `${lines.join("\n")}\n\n`, lost: all };
    },
    tail: "\n",
  }),
};

interface Block {
  readonly line: number;
  readonly turns: Turn[];
  term: string | undefined;
}

function partsOf(line: string): readonly [key: string | undefined, text: string] {
  const [, key, text = ""] = keyed.exec(line) ?? [];
  if (key !== undefined) return [key, text.trim()];
  const [, symbol = "", said = ""] = marked.exec(line) ?? [];
  return [keyOf.get(symbol), said.trim()];
}

function rowOf({ line, turns, term }: Block): ConversationRow {
  return { line, conversation: conversationOf(turns, term === undefined ? {} : { term }) };
}

/** Lines with their symbols, the term as the second. */
function formatted({ messages, metadata }: Conversation, old: boolean): { lines: string[]; lost: string[] } {
  const spoken = messages.filter(({ role }) => role === "user" || role === "assistant");
  const answered = spoken.findLastIndex(({ role }) => role === "assistant") + 1;
  const end = old ? spoken.length - (spoken.at(-1)?.role === "user" ? 1 : 0) : answered;
  const kept = spoken.slice(0, end);
  const lines = kept.map((turn) => {
    const text = contentText(turn)
      .replaceAll(/\s*\n\s*/g, " ")
      .trim();
    const said = old ? text.replaceAll(/(STUDENT|TEACHER|TERM):/g, (_, key: string) => symbols.get(key) ?? "") : text;
    return `${turn.role === "user" ? "=" : "#"} ${said}`;
  });
  if (typeof metadata.term === "string" && lines.length > 0) lines.splice(1, 0, `~ ${metadata.term}`);
  return {
    lines,
    lost: [
      ...(spoken.length < messages.length ? ["messages of neither user nor assistant"] : []),
      ...(end < spoken.length ? ["what stands behind the last answer"] : []),
      ...(kept.some((turn) => contentText(turn).trim().includes("\n")) ? ["line ends"] : []),
    ],
  };
}
