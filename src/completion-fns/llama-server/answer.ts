import type { Completion, CompletionFn, CompletionRequest } from "../../core/completion.ts";
import { asker } from "../ask.ts";
import { checkStopped } from "../check-stopped.ts";
import type { Endpoint } from "../endpoint.ts";
import { endpoints } from "../endpoints.ts";
import { begunReply, chatFor } from "./chat-for.ts";
import { likelihoods } from "./likelihoods.ts";
import type { Manner } from "./manner.ts";
import { nativeEndpoint } from "./native-endpoint.ts";
import type { OpenServer } from "./open-server.ts";
import { fileName } from "./server-facts.ts";

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
      return likelihoods(await open(), request, ctx.signal, manner);
    },
  };
}

function askerOf({ connection, facts }: OpenServer, { mode, text_role: textRole, extra_options: extraOptions }: Manner): Ask {
  const chat: Endpoint = {
    ...endpoints.chat,
    path: `/v1${endpoints.chat.path}`,
    prompt: (prompt, role) => chatFor(facts, prompt, role),
  };
  const endpoint = mode === "chat" ? chat : nativeEndpoint;
  return asker({
    endpoint,
    target: connection.target,
    // A server with one model does not look at it.
    model: "default",
    textRole,
    extraOptions,
    send: (body, prompt, signal) =>
      connection.send({ method: "POST", path: endpoint.path, body: `${body.head}${JSON.stringify(prompt)}}`, signal }),
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
