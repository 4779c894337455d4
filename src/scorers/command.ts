import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { Completion } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { Bag, Json } from "../core/json.ts";
import type { Sample } from "../core/sample.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { slots } from "../core/slots.ts";
import { childEnvironment } from "../io/child-process.ts";
import { type LineProcess, lineProcess } from "../io/child-process-lines.ts";
import { elsewhere } from "./elsewhere.ts";
import { givenScoreSchema, givenScoresSchema, scoresOf } from "./given-scores.ts";

const argsSchema = z.strictObject({
  /** Program and arguments. No shell reads them. */
  argv: z.array(z.string().min(1)).min(1),
  /** Folder to start it in; default: the one that finegauge was started in. */
  cwd: z.string().optional(),
  /** Names of variables that it gets although they look like secrets. */
  env: z.array(z.string()).optional(),
  /** Sent with every question. */
  args: z.record(z.string(), z.json()).optional(),
  /** For one answer. */
  timeout_s: z.number().positive().optional(),
  /** Questions that it may have in hand at once. */
  concurrency_max: z.int().positive().optional(),
  /** A number from here on is right. */
  pass_at: z.number().optional(),
});

/**
 * A program of the user's that scores, started once and asked over its standard input: one JSON object a line.
 *
 *     → {"id":1,"reply":"…","sample":{"id":"tickets.heldout.3","input":…,"ideal":["timeout"],…},"completion":{"finish":"stop",…}}
 *     ← {"id":1,"value":0.5,"passed":true}
 *
 * `args` comes with each question when the eval has some. An answer has `value` (null: not scored), `passed` or both, and may have `name`,
 * `label`, `explanation` and `details`; several stand in `scores`. `{"id":1,"error":"why"}` is no score. A program that ends is started
 * again; what it had in hand is not scored.
 */
export const commandKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: (sample) => (sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined),
  async open(args, { resolvePath, env }) {
    const { cwd, timeout_s: seconds = 60, concurrency_max: width = 1, args: sent, pass_at: passAt } = args;
    const folder = cwd === undefined ? undefined : resolvePath(cwd);
    const kept = { ...args, argv: args.argv.map((one) => (isAbsolute(one) ? basename(one) : one)) };
    if (cwd !== undefined) kept.cwd = basename(cwd);
    const hash = hashJson({ kind: "command", args: kept, sha256: contentHash(filesOf(args.argv, folder)) });
    const options = { argv: args.argv, cwd: folder, env: childEnvironment(env, args.env), timeoutMs: seconds * 1000 };
    return {
      args: kept,
      create({ name }) {
        const program = lineProcess(options);
        const inSlot = slots(width);
        return {
          name,
          hash,
          needs: {},
          late: true,
          start: () => program.start(),
          score: scoring(program, inSlot, sent, passAt),
          close: () => program.close(),
        };
      },
    };
  },
  create: (_, { name }) => elsewhere(name),
});

function scoring(program: LineProcess, inSlot: ReturnType<typeof slots>, args: Bag | undefined, passAt: number | undefined) {
  /** What a failure leaves without a value: what the last reply got. */
  let primary = "accuracy";
  return async (
    sample: Sample,
    replies: Parameters<typeof onlyCompletion>[0],
    { signal }: { signal: AbortSignal },
  ): Promise<Score[]> => {
    const question = questionOf(sample, onlyCompletion(replies), args);
    try {
      const scores = scoresIn(await inSlot(() => program.ask(question, signal)), passAt);
      primary = scores[0]?.name ?? primary;
      return scores;
    } catch (error) {
      if (!(error instanceof FinegaugeError) || error.code === "run.interrupted") throw error;
      // Whatever the program does wrong is not the model's fault, nor its server's.
      return [{ name: primary, value: null, unscored: { code: "score.failed", message: error.message } }];
    }
  };
}

function questionOf(sample: Sample, completion: Completion, args: Bag | undefined): Bag {
  const { hashes: _, index: _index, ...content } = sample;
  const { text, logprobs: _logprobs, tries: _tries, ...about } = completion;
  return { reply: text, sample: content, completion: about, ...(args && { args }) } as unknown as Bag;
}

/** @throws FinegaugeError `score.failed` */
function scoresIn({ id: _, error, ...answer }: Bag, passAt: number | undefined): Score[] {
  if (error !== undefined) throw new FinegaugeError("score.failed", `the program says: ${textOf(error)}`);
  const parsed = answer.scores === undefined ? givenScoreSchema.safeParse(answer) : givenScoresSchema.safeParse(answer.scores);
  if (parsed.success) return scoresOf(parsed.data, passAt);
  const shown = JSON.stringify(answer).slice(0, 200);
  throw new FinegaugeError("score.failed", `the program's answer is no score: ${parsed.error.issues[0]?.message}: ${shown}`);
}

function textOf(error: Json): string {
  return typeof error === "string" ? error : JSON.stringify(error);
}

/** The files among a program and its arguments, whose change is a change of the scorer. */
function filesOf(argv: readonly string[], cwd: string | undefined): readonly string[] {
  return argv.map((one) => resolve(cwd ?? "", one)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function contentHash(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}
