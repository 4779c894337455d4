/** What a conversation has to be like. */
export interface ConversationRules {
  readonly exclude: readonly RegExp[];
  /** Lines. */
  readonly minTurns: number;
  /** What goes beyond is cut off. */
  readonly maxTurns?: number | undefined;
}

export interface WrittenConversation {
  readonly prompt: string;
  readonly reply: string;
  readonly word: string;
  /** The reply ended at its limit: its last line is half a line. */
  readonly isCut: boolean;
}

/** Its lines, each `NAME: text`; or why it is thrown away, and because of which line. */
export type JudgedConversation = { readonly lines: readonly string[] } | { readonly reason: string; readonly line?: string };

/**
 * Takes a conversation about a word out of what a model wrote, or throws all of it away.
 *
 * The first line of the prompt says what to do; those behind it begin the conversation, which the reply goes on with. A model may repeat the
 * prompt, or its last line.
 */
export function judgeConversation(written: WrittenConversation, rules: ConversationRules): JudgedConversation {
  if (written.reply.trim() === "") return { reason: "nothing was said" };
  const said = linesOf(written);
  const [first] = said;
  if (first === undefined) return { reason: "nothing was said" };
  if (!first.includes(written.word)) return { reason: "the first line lacks the word", line: first };
  for (const line of said) {
    if (line.trim() === "") return { reason: "an empty line" };
    if (!line.includes(":")) return { reason: "a line without a speaker", line };
    if (rules.exclude.some((fragment) => fragment.test(line))) return { reason: "an excluded word", line };
  }
  const lines = said.slice(0, rules.maxTurns).map(tidied);
  return lines.length < rules.minTurns ? { reason: "too few turns" } : { lines };
}

/** What servers and programs put behind a finished text. */
const endMark = /\s*(\[end of text\]|<\|endoftext\|>|<\|im_end\|>|<\|eot_id\|>|<\/s>)\s*$/;

function linesOf(written: WrittenConversation): string[] {
  const lines = wholeText(written)
    .replace(endMark, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  if (written.isCut && lines.length > 1) lines.pop();
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The conversation from its first line on. */
function wholeText({ prompt, reply }: WrittenConversation): string {
  const [task = "", ...begun] = prompt.split("\n");
  const text = reply.trimStart();
  if (task.trim() !== "" && text.startsWith(task.trim())) return text.slice(text.indexOf("\n") + 1 || text.length);
  if (begun.length === 0) return text;
  const cue = begun.at(-1) ?? "";
  if (cue.trim() !== "" && text.startsWith(cue.trim())) return [...begun.slice(0, -1), text].join("\n");
  const before = begun.join("\n");
  return /\s$/.test(before) || /^\s/.test(reply) || before === "" ? before + reply : `${before} ${reply}`;
}

const address =
  /^([^:]*: )(?:Excuse me, )?(?:Teacher|Professor|Sir|Mister|Miss|Mrs|Mr|Ms)(?![\p{L}\p{N}])\.?(?: [\p{L}\p{N}'-]+)?, (\S)/u;
const quoted = /^([^:]*: )"(.*)"$/;

/** Without `Teacher,` and the like at its beginning, and without quotation marks around all of it. */
function tidied(line: string): string {
  return line
    .replace(address, (_, speaker: string, next: string) => speaker + next.toUpperCase())
    .replace(quoted, (whole, speaker: string, text: string) => (text.includes('"') ? whole : speaker + text));
}
