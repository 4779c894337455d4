import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { type ScorerFiles, type ScorerSetup, scorerKind } from "../../core/catalogue.ts";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { nearestNames } from "../../core/nearest.ts";
import { toText } from "../../core/prompt.ts";
import { redactor } from "../../core/redact.ts";
import type { Sample, SampleContent } from "../../core/sample.ts";
import { onlyCompletion, type Replies, type Score, type Scorer, type ScorerContext } from "../../core/score.ts";
import { assertionType, baseType, knownTypes, whyNot } from "./assertion-types.ts";
import { type Grader, graderOf } from "./grader.ts";
import { scoresOf } from "./grading-result.ts";
import { loadPromptfoo, type Promptfoo } from "./promptfoo.ts";

const argsSchema = z.strictObject({
  /** As promptfoo calls it; what stands behind the colon of the class. */
  type: z.string().min(1),
  /** A template of promptfoo's; default, where there has to be one: the sample's ideal. */
  value: z.json().optional(),
  threshold: z.number().optional(),
  /** Who grades: a provider of promptfoo's. */
  provider: z.string().min(1).optional(),
  rubric_prompt: z.json().optional(),
  config: z.record(z.string(), z.json()).optional(),
  /** JavaScript over the reply before it is judged. */
  transform: z.string().optional(),
});
type AssertionArgs = z.output<typeof argsSchema>;

/** An assertion of promptfoo's, judging one reply. Never made from a run file: its value may be code. */
export const promptfooAssertion = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: (sample, args) => fault(sample, args),
  judges: ({ provider }) => (provider === undefined ? [] : [judgeName(provider)]),
  async open(args, files) {
    const { type } = args;
    const refusal = whyNot(type);
    if (refusal !== undefined) {
      const message = `promptfoo's ${type} cannot be a scorer: ${refusal}`;
      throw new FinegaugeError("registry.invalid", message, { where: files.placeOf([]) });
    }
    const { asks } = assertionType(type);
    if (args.provider !== undefined && asks === "nobody") {
      throw new FinegaugeError("registry.invalid", `promptfoo's ${type} asks nobody, so it takes no provider`, {
        where: files.placeOf(["provider"]),
      });
    }
    const file = await valueFile(args, files);
    const placed = file === undefined ? args : { ...args, value: file.value };
    const kept = file === undefined ? args : { ...args, value: file.shown };
    const hash = hashJson({ kind: "promptfoo", args: kept, sha256: file?.sha256 });
    return { args: kept, create: (setup) => scorer(placed, hash, setup) };
  },
  create: ({ type }, { name }) => elsewhere(type, name),
});

function judgeName(provider: string): string {
  return `promptfoo:${provider}`;
}

function fault({ input, ideal }: SampleContent, { type, value }: AssertionArgs): string | undefined {
  if (input === null) return "it has no `input`, so there is nothing to ask";
  const wanted = assertionType(type).ideal;
  if (value !== undefined || wanted === undefined) return undefined;
  if (ideal.length === 0) return `it has no \`ideal\`, and ${type} has no \`value\``;
  return wanted === "one" && ideal.length > 1 ? `it has several \`ideal\`, and ${type} takes one` : undefined;
}

/** A `file://` value as promptfoo finds it from any folder, as a run may show it, and the hash of what it holds. */
async function valueFile({ value }: AssertionArgs, { resolvePath, placeOf }: ScorerFiles) {
  const [, named, fn = ""] = (typeof value === "string" && /^file:\/\/(.+?\.\w+)(:\w+)?$/s.exec(value)) || [];
  if (named === undefined) return undefined;
  const path = resolvePath(named);
  const content = await readFile(path).catch((cause: unknown) => {
    throw new FinegaugeError("data.missing", `there is no file ${named}`, { where: placeOf(["value"]), cause });
  });
  const shown = `file://${isAbsolute(named) ? basename(named) : named}${fn}`;
  return { value: `file://${path}${fn}`, shown, sha256: createHash("sha256").update(content).digest("hex") };
}

function scorer(args: AssertionArgs, hash: string, { name }: ScorerSetup): Scorer {
  const { asks } = assertionType(args.type);
  let promptfoo: Promptfoo | undefined;
  return {
    name,
    hash,
    needs: {
      ...(asks !== "nobody" && { judge: true }),
      ...((asks === "embeddings" || asks === "both") && { embeddings: true }),
    },
    late: true,
    async start() {
      promptfoo = await loadPromptfoo();
      refuseUnknown(args.type, promptfoo);
    },
    async score(sample, replies, ctx) {
      promptfoo ??= await loadPromptfoo();
      return judged(promptfoo, args, sample, replies, ctx);
    },
  };
}

async function judged(
  { runAssertion }: Promptfoo,
  args: AssertionArgs,
  sample: Sample,
  replies: Replies,
  { judges, signal }: ScorerContext,
): Promise<Score[]> {
  const { type, provider } = args;
  const own = judges.find(({ name }) => provider !== undefined && name === judgeName(provider));
  const embeds = own?.embed === undefined ? judges.find(({ embed }) => embed !== undefined) : own;
  const grader = graderOf({ talks: own ?? judges.find((judge) => judge !== embeds) ?? judges[0], embeds });
  try {
    const result = await runAssertion(question(args, sample, replies, grader.provider));
    const failed = grader.failure();
    if (failed !== undefined) throw failed;
    return kept(scoresOf(type, result), grader);
  } catch (thrown) {
    const error = grader.failure() ?? thrown;
    if (signal.aborted || (error instanceof FinegaugeError && error.code === "run.interrupted")) throw error;
    const { code, message } =
      error instanceof FinegaugeError ? error : { code: "score.failed", message: `${type}: ${messageOf(error)}` };
    return kept([{ name: "accuracy", value: null, unscored: { code, message } }], grader);
  }
}

/** As they go into a run: without folders of this machine, which promptfoo names where a script fails; with what was said about the reply. */
function kept(scores: readonly Score[], { said }: Grader): Score[] {
  const clean = redactor([], { home: homedir(), cwd: process.cwd() });
  return scores.map(({ explanation, unscored, ...score }, at) => ({
    ...score,
    ...(explanation !== undefined && { explanation: clean(explanation) }),
    ...(unscored && { unscored: { ...unscored, message: clean(unscored.message) } }),
    ...(at === 0 && said.length > 0 && { judgements: said }),
  }));
}

function question(args: AssertionArgs, sample: Sample, replies: Replies, provider: object): object {
  const { type, threshold, config, transform, rubric_prompt: rubricPrompt } = args;
  const completion = onlyCompletion(replies);
  const { text, finish, usage, cost, ms, logprobs, refusal } = completion;
  const numbers = logprobs?.flatMap(({ logprob }) => (logprob === null ? [] : [logprob]));
  const { input, ideal, fields, choices } = sample;
  const asked = input === null ? "" : toText(input, false);
  return {
    assertion: {
      type,
      value: promptfooValue(args, sample),
      provider,
      ...(threshold !== undefined && { threshold }),
      ...(config !== undefined && { config }),
      ...(transform !== undefined && { transform }),
      ...(rubricPrompt !== undefined && {
        rubricPrompt: typeof rubricPrompt === "string" ? rubricPrompt : JSON.stringify(rubricPrompt),
      }),
    },
    test: { vars: { ...fields, input: asked, ideal: ideal[0] ?? "", ideals: ideal, ...(choices && { choices }) }, options: {} },
    prompt: asked,
    ...(ms > 0 && { latencyMs: ms }),
    providerResponse: {
      output: text === "" ? (refusal ?? "") : text,
      finishReason: finish,
      ...(cost !== undefined && { cost }),
      ...(numbers !== undefined && { logProbs: numbers }),
      ...(usage && { tokenUsage: { prompt: usage.input, completion: usage.output, total: usage.input + usage.output } }),
      ...(refusal !== undefined && { isRefusal: true }),
    },
  };
}

/** An ideal comes in by its name: as a value of its own, data could name files to run, and templates. */
function promptfooValue({ type, value }: AssertionArgs, { ideal }: Sample): Json | undefined {
  if (value !== undefined) return value;
  const wanted = assertionType(type).ideal;
  if (wanted === undefined) return undefined;
  return wanted === "one" ? "{{ ideal }}" : ideal.map((_, at) => `{{ ideals[${at}] }}`);
}

function refuseUnknown(type: string, { assertionTypes, version }: Promptfoo): void {
  const { base } = baseType(type);
  if (assertionTypes.length === 0 || assertionTypes.includes(base)) return;
  throw new FinegaugeError("registry.invalid", `promptfoo ${version} has no assertion "${type}"`, {
    nearest: nearestNames(base, [...new Set([...assertionTypes, ...knownTypes])]),
  });
}

function elsewhere(type: string, name: string): Scorer {
  const message = `promptfoo's ${type} can be used from a registry only`;
  return { name, hash: "", needs: {}, late: true, score: () => Promise.reject(new FinegaugeError("score.failed", message)) };
}
