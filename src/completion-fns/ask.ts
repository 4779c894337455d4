import { ZodError } from "zod";
import type { CallContext, Completion, CompletionRequest } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { rejection } from "../net/classify-failure.ts";
import type { Reply } from "../net/exchange.ts";
import { type Problem, problemIn, readProblem } from "../net/problem.ts";
import type { Target } from "../net/target.ts";
import { openAdjustments } from "./adjust-parameters.ts";
import type { Endpoint, Parameters } from "./endpoint.ts";
import { BadReply } from "./reply-parts.ts";
import { reportLimits } from "./report-limits.ts";

/** A body but for its prompt; made once for all requests that differ in the prompt alone. */
interface PreparedBody {
  readonly parameters: Parameters;
  /** The parameters as JSON text up to where the prompt goes: `{"model":"m","messages":`. */
  readonly head: string;
}

export interface AskOptions {
  readonly endpoint: Endpoint;
  readonly target: Target;
  /** Model or deployment, as the body names it. */
  readonly model: string;
  readonly textRole: "system" | "user";
  /** Goes into every body last, and is never dropped. */
  readonly extraOptions: Parameters;
  /** Wishes that this model takes only under their other name. */
  readonly preferred?: readonly string[];
  /** Rejects with FinegaugeError only; a reply of any status is a reply. */
  send(body: PreparedBody, prompt: unknown, signal: AbortSignal): Promise<Reply>;
}

/**
 * Asks an OpenAI-compatible endpoint for a completion.
 *
 * A parameter that the model refuses is left out or renamed, the request sent again, and the lesson kept: of a run only the first
 * requests pay for it. A prompt that the provider's filter stops is a completion without text.
 */
export function asker(options: AskOptions): (request: CompletionRequest, ctx: CallContext) => Promise<Completion> {
  const { endpoint, target, textRole, send } = options;
  const prepare = bodyPreparer(options);

  return async function ask(request, ctx) {
    const prompt = endpoint.prompt(request.prompt, textRole);
    for (;;) {
      const body = prepare.body(request);
      const reply = await send(body, prompt, ctx.signal);
      reportLimits(reply, ctx);
      const { status } = reply;
      if (status >= 200 && status < 300) {
        const completion = readReply(reply, options, request.top_logprobs);
        if (body.adjusted !== undefined) completion.adjusted = body.adjusted;
        return completion;
      }
      const problem = readProblem(reply.body);
      if (isFiltered(status, problem)) return { text: "", finish: "content_filter", ms: reply.ms };
      if (!mayBeParameter(status) || !prepare.learn(problem, body.wishes)) throw rejection(reply, target, problem);
      ctx.onTry({ ms: reply.ms, status, code: "provider.rejected" });
    }
  };
}

function mayBeParameter(status: number): boolean {
  return status === 400 || status === 403 || status === 422;
}

interface Body extends PreparedBody {
  readonly wishes: Parameters;
  readonly adjusted: string[] | undefined;
}

/** Makes bodies, and keeps the last one: in a run they differ in nothing but the prompt. */
function bodyPreparer(options: AskOptions): {
  body(request: CompletionRequest): Body;
  learn(problem: Problem, sent: Parameters): boolean;
} {
  const { endpoint, model, extraOptions } = options;
  const adjustments = openAdjustments({
    unknown: endpoint.unknown,
    renames: endpoint.renames,
    ...(options.preferred && { preferred: options.preferred }),
  });
  let last: { request: CompletionRequest; version: number; body: Body } | undefined;

  function make(request: CompletionRequest): Body {
    const wished = Object.entries(endpoint.wishes(request)).filter(([name]) => !Object.hasOwn(extraOptions, name));
    const { parameters: wishes, adjusted } = adjustments.apply(Object.fromEntries(wished));
    const parameters = { model, ...endpoint.needs(request), ...wishes, ...extraOptions };
    const text = JSON.stringify(parameters);
    return {
      parameters,
      wishes,
      head: `${text.slice(0, -1)},${JSON.stringify(endpoint.promptKey)}:`,
      adjusted: adjusted.length === 0 ? undefined : [...adjusted],
    };
  }

  return {
    body(request) {
      if (last === undefined || last.version !== adjustments.version || !sameButPrompt(last.request, request)) {
        last = { request, version: adjustments.version, body: make(request) };
      }
      return last.body;
    },
    learn: adjustments.learn,
  };
}

/** By identity: whoever asks many times hands the same objects over. */
function sameButPrompt(a: CompletionRequest, b: CompletionRequest): boolean {
  return (
    a.sampling === b.sampling &&
    a.top_logprobs === b.top_logprobs &&
    a.tools === b.tools &&
    a.tool_choice === b.tool_choice &&
    a.json_schema === b.json_schema
  );
}

const filterCodes = new Set(["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"]);

/** The provider would not read the prompt: no error of the run, and not better at the next try. */
function isFiltered(status: number, problem: Problem): boolean {
  if (status !== 400 && status !== 403) return false;
  if (filterCodes.has(problem.code ?? "")) return true;
  return problem.code === "invalid_prompt" && /flagged|policy/i.test(problem.message);
}

const again = { retry: {} };

function readReply(reply: Reply, options: AskOptions, top: number | undefined): Completion {
  const { origin, clean } = options.target;
  let data: unknown;
  try {
    data = JSON.parse(reply.body);
  } catch (cause) {
    const type = reply.header("content-type")?.split(";")[0] ?? "no content type";
    const start = JSON.stringify(clean(reply.body.slice(0, 2000)).slice(0, 60));
    throw new FinegaugeError(
      "provider.reply",
      `${origin} sent no valid JSON (${type}, ${reply.body.length} characters, ${start})`,
      {
        hint: type === "text/html" ? "is the base URL that of an API? it often ends in /v1" : undefined,
        status: reply.status,
        cause,
        ...again,
      },
    );
  }
  try {
    return options.endpoint.read(data, reply.ms, top);
  } catch (cause) {
    throw new FinegaugeError("provider.reply", `${origin} ${badReply(cause, data, clean)}`, {
      status: reply.status,
      cause,
      ...again,
    });
  }
}

function badReply(thrown: unknown, data: unknown, clean: (text: string) => string): string {
  const problem = problemIn(data);
  if (problem !== undefined) return `sent an error as a success: ${clean(problem.message)}`;
  if (thrown instanceof BadReply) return clean(thrown.message);
  if (!(thrown instanceof ZodError)) throw thrown;
  const issue = thrown.issues[0];
  return `sent a reply of another shape: ${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}`;
}
