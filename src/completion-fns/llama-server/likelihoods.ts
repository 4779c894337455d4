import type { Continuations, Likelihood } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import { splitTrailingSpace } from "../continuation-windows.ts";
import { begunReply, chatFor } from "./chat-for.ts";
import { forceContinuations, forceRolling } from "./forced-continuations.ts";
import type { Manner } from "./manner.ts";
import type { OpenServer } from "./open-server.ts";
import { templateSchema, tokensSchema } from "./server-facts.ts";

/** Likelihoods of texts: tokenised by the server, put together here. */
export async function likelihoods(
  server: OpenServer,
  request: Continuations,
  signal: AbortSignal,
  manner: Manner,
): Promise<readonly Likelihood[]> {
  const { connection } = server;
  const tokenize = async (content: string, more: object): Promise<number[]> =>
    (await connection.ask(tokensSchema, "/tokenize", { content, ...more }, signal)).tokens;
  /** The template's own text is read with its special tokens; texts of samples never are. */
  const headOf = (content: string) => tokenize(content, { add_special: true, parse_special: true });
  const plain = (content: string) =>
    content === "" ? Promise.resolve([]) : tokenize(content, { add_special: false, parse_special: false });

  if (request.rolling === true) {
    const prefix = orFail(await headOf(""));
    const all: Likelihood[] = [];
    for (const text of request.continuations) all.push(await forceRolling(server, prefix, await plain(text), signal));
    return all;
  }
  const { front, tail } = await split(server, request.context, manner, signal);
  const { kept, moved } = splitTrailingSpace(tail);
  const [head, before, ...joined] = await Promise.all([
    headOf(front),
    plain(kept),
    // The join is tokenised whole and cut behind the context's own tokens.
    ...request.continuations.map((each) => plain(kept + moved + each)),
  ]);
  const tokens = joined.map((each) => each.slice(before.length));
  return forceContinuations(server, orFail([...head, ...before]), tokens, signal);
}

/** A prompt as the text that the template makes, and the plain text behind it: a reply that was begun is continued. */
async function split({ connection, facts }: OpenServer, prompt: Prompt, { mode, text_role }: Manner, signal: AbortSignal) {
  if (mode === "raw") return { front: "", tail: toText(prompt) };
  const messages = chatFor(facts, prompt, text_role);
  const asked = messages.at(-1)?.role === "assistant" ? messages.slice(0, -1) : messages;
  const { prompt: front } = await connection.ask(templateSchema, "/apply-template", { messages: asked }, signal);
  return { front, tail: begunReply(prompt) };
}

/** A model cannot continue nothing. */
function orFail(context: readonly number[]): readonly number[] {
  if (context.length > 0) return context;
  throw new FinegaugeError("provider.rejected", "the context is empty, and the model has no token to start from");
}
