import type { PromptViewer, ShownToken } from "../../completion-fns/index.ts";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { Message, Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** What a local model reads and how its replies end: start and end tokens, what a template makes of them, special text in prompts. */
export async function checkPrompt(viewer: PromptViewer, prompt: Prompt, from: string): Promise<Finding[]> {
  const tokens = await viewer.tokens(prompt);
  const manner = viewer.template === undefined ? "no chat template: prompts go as plain text" : "by the model's chat template";
  return [
    ok("prompt.text", `${from} as the model reads it (${tokens.length} tokens), ${manner}`, {
      detail: shownText(tokens).split(/(?<=\n)/),
    }),
    startFinding(tokens, viewer.start),
    ...endFindings(viewer),
    ...(viewer.template === undefined ? [] : [await turnFinding(viewer)]),
    ...(await spelledFindings(viewer, prompt)),
  ];
}

/** Control tokens by their names, everything else as the text it is. */
export function shownText(tokens: readonly ShownToken[]): string {
  return tokens.map(({ text }) => text).join("");
}

function startFinding(tokens: readonly ShownToken[], start: ShownToken | undefined): Finding {
  if (start === undefined) return ok("prompt.start", "the model's file wants no start token");
  const many = tokens.findIndex(({ id }) => id !== start.id);
  const count = many < 0 ? tokens.length : many;
  if (count === 1) return ok("prompt.start", `begins with the start token ${start.text}, once`);
  if (count === 0)
    return warn(
      "prompt.start",
      `does not begin with ${start.text}, which the model's file wants`,
      "check the template: it may write another start token",
    );
  return fail(
    "prompt.double-start",
    `begins with the start token ${start.text} ${count} times: the model was trained to see one`,
    `let the chat template write ${start.text} once, or leave it to the tokenizer`,
  );
}

function endFindings({ ends }: PromptViewer): Finding[] {
  if (ends.length > 0) return [ok("prompt.end", `the model's file ends texts with ${ends.join(", ")}`)];
  return [
    fail(
      "prompt.end",
      "the model's file names no end token: nothing ends a reply but max_tokens",
      "convert the model again with its tokenizer's files beside it, or set tokenizer.ggml.eos_token_id",
    ),
  ];
}

const mark = "Blue";
const chat: readonly Message[] = [
  { role: "user", content: "Name a colour." },
  { role: "assistant", content: mark },
  { role: "user", content: "Another." },
];

/** What the template writes behind a reply must be something that ends one. */
async function turnFinding(viewer: PromptViewer): Promise<Finding> {
  let tokens: readonly ShownToken[];
  try {
    tokens = await viewer.tokens(chat);
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
    return warn(
      "prompt.turn",
      `the template takes no chat with a reply in it: ${messageOf(error)}`,
      "few-shot examples cannot be given as messages",
    );
  }
  const closing = behind(tokens, mark);
  const next =
    "make it an end token of the model's file (tokenizer.ggml.eot_token_id), or give the template that training used with chat_template";
  const [first] = closing;
  if (first?.control) {
    if (first.ends !== false) return ok("prompt.turn", `a reply ends with ${first.text}, which ends generation`);
    return fail(
      "prompt.turn",
      `the template ends a reply with ${first.text}, but the model's file does not count it as an end: replies run on`,
      next,
    );
  }
  const text = shownText(closing.slice(0, 24));
  const spelled = /^\s*(<[|/]?[\w|]+>|\[[A-Z_/]+\])/.exec(text)?.[1];
  if (spelled !== undefined)
    return fail(
      "prompt.turn",
      `the template ends a reply with ${spelled}, which is no token of this model but ${tokensIn(closing, spelled)} of plain text`,
      next,
    );
  return warn(
    "prompt.turn",
    "the template writes no end token behind a reply: training on it teaches the model never to stop",
    "check that training put the end token behind each reply; the line on how it ends its reply shows whether it learned to",
  );
}

/** The tokens that follow the last mention of a text. */
function behind(tokens: readonly ShownToken[], text: string): ShownToken[] {
  const whole = shownText(tokens);
  let left = whole.lastIndexOf(text) + text.length;
  return tokens.filter((token) => {
    const isBehind = left <= 0;
    left -= token.text.length;
    return isBehind;
  });
}

function tokensIn(tokens: readonly ShownToken[], text: string): string {
  let covered = "";
  let count = 0;
  for (const token of tokens) {
    if (covered.trimStart().length >= text.length) break;
    covered += token.text;
    count++;
  }
  return count === 1 ? "one" : `${count} pieces`;
}

/** Text in a sample that looks like a control token: in this process it stays text, behind llama-server it becomes the token. */
async function spelledFindings(viewer: PromptViewer, prompt: Prompt): Promise<Finding[]> {
  const text = typeof prompt === "string" ? prompt : prompt.map(contentText).join("\n");
  const names = new Set(text.match(/<[|/]?[\w|]{1,40}>|\[[A-Z_/]{2,20}\]/g) ?? []);
  const real: string[] = [];
  for (const name of [...names].slice(0, 20)) if ((await viewer.named(name)) !== undefined) real.push(name);
  if (real.length === 0) return [];
  return [
    warn(
      "prompt.spelled",
      `the prompt's own text spells ${real.join(", ")}: plain text for a model in this process, a token behind llama-server`,
      "take it out of the samples, unless it is meant",
    ),
  ];
}
