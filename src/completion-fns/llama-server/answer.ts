import { z } from "zod";
import type {
  CallContext,
  Completion,
  CompletionFn,
  CompletionRequest,
  Continuations,
  Likelihood,
} from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { contentText, toText } from "../../core/prompt.ts";
import { asker } from "../ask.ts";
import { chatMessages } from "../chat-request.ts";
import { checkStopped } from "../check-stopped.ts";
import { splitTrailingSpace } from "../continuation-windows.ts";
import { endpoints } from "../endpoints.ts";
import { forceContinuations, forceRolling } from "./forced-continuations.ts";
import { nativeEndpoint } from "./native-endpoint.ts";
import type { OpenServer } from "./open-server.ts";
import { fileName } from "./server-facts.ts";

export interface Manner {
  readonly mode: "chat" | "raw";
  readonly text_role: "system" | "user";
  readonly extra_options: { readonly [name: string]: unknown };
}

type Ask = ReturnType<typeof asker>;

/** Answers by a server that is opened by the first question. */
export function answerer(
  open: () => Promise<OpenServer>,
  manner: Manner,
): Required<Pick<CompletionFn, "complete" | "continuations">> {
  const askers = new WeakMap<OpenServer, Ask>();
  return {
    complete: async (request, ctx) => {
      checkStopped(ctx.signal);
      const server = await open();
      let ask = askers.get(server);
      if (ask === undefined) {
        ask = askerOf(server, manner);
        askers.set(server, ask);
      }
      return cleaned(await ask(request, ctx), request, manner);
    },
    continuations: async (request, ctx) => {
      checkStopped(ctx.signal);
      return likelihoods(await open(), request, ctx, manner);
    },
  };
}

function askerOf({ connection }: OpenServer, { mode, text_role: textRole, extra_options: extraOptions }: Manner): Ask {
  const endpoint = mode === "chat" ? endpoints.chat : nativeEndpoint;
  const path = mode === "chat" ? `/v1${endpoint.path}` : endpoint.path;
  return asker({
    endpoint,
    target: connection.target,
    // A server with one model does not look at it.
    model: "default",
    textRole,
    extraOptions,
    send: (body, prompt, signal) =>
      connection.send({ method: "POST", path, body: `${body.head}${JSON.stringify(prompt)}}`, signal }),
  });
}

/** Without the begun reply that the server repeats, and without folders of its machine. */
function cleaned(completion: Completion, { prompt }: CompletionRequest, { mode }: Manner): Completion {
  const begun = mode === "chat" ? begunReply(prompt) : "";
  const { text, served } = completion;
  return {
    ...completion,
    ...(begun !== "" && text.startsWith(begun) && { text: text.slice(begun.length) }),
    ...(served?.model !== undefined && { served: { ...served, model: fileName(served.model) } }),
  };
}

function begunReply(prompt: Prompt): string {
  const last = typeof prompt === "string" ? undefined : prompt.at(-1);
  return last?.role === "assistant" ? contentText(last) : "";
}

const tokensSchema = z.object({ tokens: z.array(z.number()) });
const templateSchema = z.object({ prompt: z.string() });

async function likelihoods(
  server: OpenServer,
  request: Continuations,
  ctx: CallContext,
  manner: Manner,
): Promise<readonly Likelihood[]> {
  const { connection } = server;
  const { signal } = ctx;
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
async function split({ connection }: OpenServer, prompt: Prompt, { mode, text_role }: Manner, signal: AbortSignal) {
  if (mode === "raw") return { front: "", tail: toText(prompt) };
  const messages = chatMessages(prompt, text_role);
  const tail = begunReply(prompt);
  const asked = messages.at(-1)?.role === "assistant" ? messages.slice(0, -1) : messages;
  const { prompt: front } = await connection.ask(templateSchema, "/apply-template", { messages: asked }, signal);
  return { front, tail };
}

/** A model cannot continue nothing. */
function orFail(context: readonly number[]): readonly number[] {
  if (context.length > 0) return context;
  throw new FinegaugeError("provider.rejected", "the context is empty, and the model has no token to start from");
}
