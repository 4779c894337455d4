import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import {
  type Capabilities,
  type Completion,
  type CompletionFn,
  type CompletionRequest,
  completionSchema,
  tokenLogprobSchema,
  usageSchema,
} from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { splitThinking } from "../core/think.ts";
import { childEnvironment } from "../io/child-process.ts";
import { lineProcess } from "../io/child-process-lines.ts";
import { fileSha256 } from "./file-sha256.ts";

const argsSchema = z.strictObject({
  /** Program and arguments. No shell reads them. */
  argv: z.array(z.string().min(1)).min(1),
  /** Folder to start it in; default: the one that finegauge was started in. */
  cwd: z.string().optional(),
  /** Names of variables that it gets although they look like secrets. */
  env: z.array(z.string()).default([]),
  /** What it is now, changed when its replies change: with one, the response cache may keep them. */
  version: z.string().min(1).optional(),
  /** Questions that it may have in hand at once. */
  concurrency_max: z.int().positive().default(1),
  /** 0: it gives no log-probabilities. */
  top_logprobs_max: z.int().nonnegative().default(0),
});
type CommandArgs = z.output<typeof argsSchema>;

const answerSchema = z
  .object({
    text: z.string(),
    output: z.string(),
    finish: completionSchema.shape.finish,
    reasoning: z.string(),
    usage: usageSchema,
    logprobs: z.array(tokenLogprobSchema),
    error: z.union([z.string(), z.object({ message: z.string() })]),
    retry: z.boolean(),
  })
  .partial();

/**
 * A program of the user's, started once and asked over its standard input: one JSON object a line.
 *
 *     → {"id":1,"sample":"tickets.heldout.3","attempt":0,"prompt":…,"sampling":{"temperature":0,"max_tokens":8}}
 *     ← {"id":1,"text":"timeout"}
 *
 * `prompt` is a text or a list of `{role, content}`; `sampling` holds what was asked for (temperature, top_p, max_tokens, stop, seed);
 * `top_logprobs` comes when log-probabilities are wanted. Answers come in any order, each with the `id` of its question and `text` (or
 * `output`); they may have `finish` ("stop", "length", …), `usage` {input, output}, `reasoning`, and `logprobs` [{token, logprob, top}].
 * `{"id":1,"error":"why","retry":true}` is an error, asked again only with `retry`. An answer is flushed at once, and everything else
 * goes to standard error. A program that ends is started again, three times in a row at most; one that gets no more questions reads
 * the end of its input.
 */
export const command = functionKind({ args: argsSchema, create });

function create(args: CommandArgs, setup: FunctionSetup): CompletionFn {
  const cwd = args.cwd === undefined ? undefined : setup.resolvePath(args.cwd);
  const env = childEnvironment(setup.env, args.env);
  const program = lineProcess({ argv: args.argv, cwd, env, timeoutMs: setup.timeoutMs });
  const capabilities: Capabilities = {
    chat: "yes",
    text: "yes",
    logprobs: args.top_logprobs_max > 0 ? "yes" : { no: "top_logprobs_max is 0" },
    top_logprobs_max: args.top_logprobs_max,
    continuations: "no",
    embeddings: "no",
    tools: "no",
    json_schema: "no",
    concurrency_max: args.concurrency_max,
  };
  const files = args.argv
    .map((each) => resolve(cwd ?? "", each))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());

  return {
    name: setup.name,
    identity: async () => ({
      fn: "command",
      model: args.argv.map((each) => basename(each)).join(" "),
      ...(files.length > 0 && { file_sha256: await fileSha256(files) }),
      ...(args.version !== undefined && { build: args.version }),
    }),
    capabilities: async () => {
      await program.start();
      return capabilities;
    },
    describe: () => basename(args.argv[0] ?? ""),
    complete: async (request, ctx) => {
      const began = performance.now();
      const answer = await program.ask(question(request, ctx.sample), ctx.signal);
      return completion(answer, args.argv[0] ?? "", performance.now() - began);
    },
    close: () => program.close(),
  };
}

function question(request: CompletionRequest, sample: { id: string; attempt: number }): Bag {
  const { prompt, sampling, top_logprobs: top } = request;
  return { sample: sample.id, attempt: sample.attempt, prompt, sampling, ...(top !== undefined && { top_logprobs: top }) } as Bag;
}

function completion(answer: Bag, program: string, ms: number): Completion {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new FinegaugeError(
      "provider.reply",
      `${program} gave an answer of another shape: ${issue?.path.join(".")}: ${issue?.message}`,
    );
  }
  const { text = parsed.data.output, error, retry, finish = "stop", reasoning, usage, logprobs } = parsed.data;
  if (error !== undefined) {
    const message = typeof error === "string" ? error : error.message;
    throw new FinegaugeError("provider.reply", `${program} says: ${message}`, retry === true ? { retry: {} } : {});
  }
  if (text === undefined)
    throw new FinegaugeError("provider.reply", `${program} gave an answer without text: ${JSON.stringify(answer)}`);
  return {
    ...splitThinking(text),
    finish,
    ...(reasoning !== undefined && { reasoning }),
    ...(usage && { usage }),
    ...(logprobs && { logprobs }),
    ms,
  };
}
