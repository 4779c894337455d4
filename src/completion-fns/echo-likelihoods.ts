import { z } from "zod";
import type { Continuations, Likelihood, Support } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { toText } from "../core/prompt.ts";
import { rejection } from "../net/classify-failure.ts";
import type { Reply } from "../net/exchange.ts";
import { readProblem } from "../net/problem.ts";
import type { Target } from "../net/target.ts";
import { type ScoredToken, splitTrailingSpace, sumTokens } from "./continuation-windows.ts";
import type { Parameters } from "./endpoint.ts";

export interface EchoOptions {
  readonly target: Target;
  /** Model or deployment, as the body names it. */
  readonly model: string;
  /** Goes into every body last. */
  readonly extraOptions: Parameters;
  /** To the completions endpoint. Rejects with FinegaugeError only; a reply of any status is a reply. */
  send(body: Parameters, signal: AbortSignal): Promise<Reply>;
}

/** Likelihoods of given texts from a server that can repeat a prompt with its log-probabilities. */
export interface EchoLikelihoods {
  /** Asked once: many servers take `echo` and do something else. */
  support(): Promise<Support>;
  /** Throws FinegaugeError. */
  continuations(request: Continuations, signal: AbortSignal): Promise<readonly Likelihood[]>;
}

const echoSchema = z.object({
  choices: z.array(
    z.object({
      index: z.number(),
      text: z.string(),
      logprobs: z.object({
        tokens: z.array(z.string()),
        token_logprobs: z.array(z.number().nullable()),
        top_logprobs: z.array(z.record(z.string(), z.number().nullable()).nullable()),
      }),
    }),
  ),
});
type Echo = z.infer<typeof echoSchema>["choices"][number];

const probeText = "One two three four";
const patienceMs = 30_000;

/**
 * The log-probability of a continuation is that of the whole text's tokens behind as many as the context has alone, its trailing white
 * space left out.
 *
 * @see lm-evaluation-harness, `TemplateAPI.parse_logprobs` and `TemplateLM._encode_pair`
 */
export function echoLikelihoods({ target, model, extraOptions, send }: EchoOptions): EchoLikelihoods {
  const ask = (prompt: readonly string[], signal: AbortSignal) =>
    send({ model, prompt, max_tokens: 0, temperature: 0, logprobs: 1, echo: true, ...extraOptions }, signal);

  async function probe(): Promise<Support> {
    let reply: Reply;
    try {
      reply = await ask([probeText], AbortSignal.timeout(patienceMs));
    } catch (error) {
      if (error instanceof FinegaugeError) return { no: `asked to repeat a text, the server failed: ${error.message}` };
      throw error;
    }
    if (reply.status < 200 || reply.status > 299) {
      const { message } = readProblem(reply.body);
      return { no: `it refuses to repeat a text with log-probabilities (${target.clean(message) || `status ${reply.status}`})` };
    }
    const [echo] = readEchoes(reply, [probeText]) ?? [];
    return echo !== undefined && isWhole(echo)
      ? "yes"
      : { no: "asked to repeat a text with log-probabilities, it does something else" };
  }

  let probed: Promise<Support> | undefined;
  return {
    support() {
      probed ??= probe();
      return probed;
    },
    async continuations(request, signal) {
      if (request.rolling) throw new FinegaugeError("model.capability", noWholeTexts);
      const text = toText(request.context);
      const { kept } = splitTrailingSpace(text);
      if (kept === "")
        throw new FinegaugeError("provider.rejected", "the context is empty, and the server scores no text's first token");
      const prompts = [kept, ...request.continuations.map((each) => text + each)];
      const reply = await ask(prompts, signal);
      if (reply.status < 200 || reply.status > 299) throw rejection(reply, target);
      const echoes = readEchoes(reply, prompts);
      if (echoes === undefined) {
        throw new FinegaugeError("provider.reply", `${target.origin} did not repeat the texts that it was sent`, {
          status: reply.status,
          retry: {},
        });
      }
      const [context, ...joined] = echoes as [Echo, ...Echo[]];
      return joined.map((echo, at) => likelihoodOf(echo, context.logprobs.tokens, request.continuations[at] as string));
    },
  };

  function likelihoodOf({ logprobs }: Echo, context: readonly string[], continuation: string): Likelihood {
    const from = context.length;
    // The server takes texts alone, so it cannot be shown the context's own tokens with others behind them.
    if (!context.every((token, at) => token === logprobs.tokens[at])) {
      const shown = JSON.stringify(continuation.slice(0, 40));
      throw new FinegaugeError("score.sample-invalid", `the continuation ${shown} melts into the end of its context`, {
        hint: "put white space between them, or use a model that is asked by tokens (a GGUF, llama-server)",
      });
    }
    const tokens = logprobs.tokens.slice(from).map((_, at): ScoredToken => {
      const logprob = logprobs.token_logprobs[from + at];
      const top = Object.values(logprobs.top_logprobs[from + at] ?? {});
      const best = Math.max(...top.map((one) => one ?? Number.NEGATIVE_INFINITY));
      if (typeof logprob === "number" && best > Number.NEGATIVE_INFINITY) return { logprob, best };
      throw new FinegaugeError(
        "provider.reply",
        `${target.origin} left a token without its log-probability, or the likeliest one's`,
      );
    });
    return sumTokens(tokens, 0);
  }
}

/** Of texts without a context the first token has no log-probability, and nobody tells how long a window may be. */
export const noWholeTexts = "the completions endpoint scores no text without something in front of it";

/** The texts back in the order asked; undefined where that is not what came. */
function readEchoes({ body }: Reply, prompts: readonly string[]): Echo[] | undefined {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return undefined;
  }
  const read = echoSchema.safeParse(data);
  if (!read.success) return undefined;
  // By index, never by place: some servers answer in order of completion.
  const echoes = prompts.map((_, at) => read.data.choices.find(({ index }) => index === at));
  const good = echoes.every((echo, at) => {
    if (echo === undefined || echo.text !== prompts[at]) return false;
    const { tokens, token_logprobs, top_logprobs } = echo.logprobs;
    return tokens.length === token_logprobs.length && tokens.length === top_logprobs.length;
  });
  return good ? (echoes as Echo[]) : undefined;
}

/** Every token but the first has its log-probability, and together they are the text, behind a start token or not. */
function isWhole({ text, logprobs: { tokens, token_logprobs } }: Echo): boolean {
  const spelled = tokens.join("") === text || tokens.slice(1).join("") === text;
  return spelled && tokens.length > 1 && token_logprobs.slice(1).every((logprob) => typeof logprob === "number");
}
