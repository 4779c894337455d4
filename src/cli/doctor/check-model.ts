import type { Capabilities, CompletionFn, Support } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { short } from "../numbers.ts";
import { isRemote } from "../open-models.ts";
import { mergedSampling } from "../run-pair.ts";
import { type Access, accessOf } from "./access.ts";
import { checkKeys } from "./check-keys.ts";
import { logprobFinding, replyFinding, samplingFinding, servedFinding, stopFinding } from "./check-reply.ts";
import { errorFinding } from "./error-finding.ts";
import { explainFailure } from "./explain-failure.ts";
import { type Finding, ok, warn } from "./finding.ts";
import type { ModelTarget } from "./model-target.ts";
import type { Question } from "./question.ts";
import type { SecretKeeper } from "./secret-keeper.ts";

export interface ModelCheckOptions {
  readonly env: { readonly [name: string]: string | undefined };
  readonly secrets: SecretKeeper;
  readonly question: Question;
  /** Ask nobody: only what can be told from here. */
  readonly offline: boolean;
  readonly timeoutMs: number;
}

/** Can this model be run, and what can it do: keys, what it declares, and one question. */
export async function checkModel(target: ModelTarget, options: ModelCheckOptions): Promise<Finding[]> {
  const { reference, args } = target;
  const { env, secrets, offline } = options;
  const access = accessOf(reference.class, args, env);
  if (access.keyName !== undefined) secrets.hideVariable(access.keyName);
  if (access.address !== undefined) secrets.hideAddress(access.address);
  const findings = checkKeys(reference.class, access, env);
  if (findings.some(({ level }) => level === "fail")) return findings;
  let fn: CompletionFn | undefined;
  try {
    fn = await target.open();
    if (offline && reference.class !== "llama") {
      findings.push(ok("model.offline", "its entry can be used; nobody was asked"));
      return findings;
    }
    const can = await fn.capabilities();
    findings.push(...deviceFindings(target, fn, can));
    const at = findings.push(capabilityFinding(can)) - 1;
    if (!offline && reference.class !== "replay") findings.push(...(await askOnce(target, fn, can, options)));
    // What it was asked for and did not give, it cannot do, whatever its class says.
    const isWithout = findings.some(({ check, level }) => check === "model.logprobs" && level === "warn");
    if (isWithout) findings[at] = capabilityFinding({ ...can, logprobs: "no" });
  } catch (error) {
    findings.push(failure(error, target, access, options));
  } finally {
    await fn?.close?.();
  }
  return findings;
}

/** A failure of a server gets the sentence of its cause; others say it themselves. */
export function failure(error: unknown, { reference, args }: ModelTarget, access: Access, options: ModelCheckOptions): Finding {
  if (!(error instanceof FinegaugeError) || !error.code.startsWith("provider.") || !isRemote(reference))
    return errorFinding("model", error);
  const named = args.deployment ?? args.model;
  return explainFailure({
    ...access,
    error,
    class: reference.class,
    model: typeof named === "string" ? named : reference.name,
    timeoutS: options.timeoutMs / 1000,
    env: options.env,
    redact: options.secrets.redact,
  });
}

/** From this size on a GPU and all cores are worth it; below, one thread is fastest. */
const largeBytes = 100e6;

function deviceFindings({ reference, args }: ModelTarget, fn: CompletionFn, can: Capabilities): Finding[] {
  const device = fn.describe?.();
  if (device === undefined) return [];
  const slots = can.concurrency_max === undefined ? "" : `, ${can.concurrency_max} at once`;
  if (reference.class !== "llama") return [ok("model.place", `${device}${slots}`)];
  const bytes = can.size_bytes ?? 0;
  const size = `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
  if (bytes < largeBytes)
    return [ok("model.place", `runs in this process on ${device}${slots}: for ${size} a GPU or more threads would cost time`)];
  if (!device.startsWith("CPU") || args.gpu === "off" || args.gpu === false)
    return [ok("model.place", `runs in this process on ${device}${slots}; the file has ${size}`)];
  return [
    warn(
      "model.place",
      `runs in this process on ${device}${slots}; the file has ${size}, and the installed llama.cpp finds no GPU`,
      "where there is one: npm install node-llama-cpp with its optional packages, or serve the model by llama-server",
    ),
  ];
}

function capabilityFinding(can: Capabilities): Finding {
  const yes = (support: Support | undefined) => support === "yes";
  const all: readonly (readonly [Support, string])[] = [
    [can.logprobs, `log-probabilities (${can.top_logprobs_max} alternatives)`],
    [can.continuations, "likelihoods of given texts"],
    [can.tools, "tools"],
    [can.json_schema, "JSON schemas"],
  ];
  const has = all.filter(([support]) => yes(support)).map(([, name]) => name);
  const lacks = all.filter(([support]) => !yes(support)).map(([, name]) => name.replace(/ \(.*/, ""));
  const context = can.context_tokens === undefined ? "" : `; ${short(can.context_tokens)} tokens of context`;
  return ok(
    "model.capabilities",
    `can do ${["text", ...has].join(", ")}${lacks.length === 0 ? "" : `; not ${lacks.join(", ")}`}${context}`,
  );
}

/** A model of one's own is cheap to ask: long enough to see that it stops by itself. */
const localTokens = 64;

async function askOnce(target: ModelTarget, fn: CompletionFn, can: Capabilities, options: ModelCheckOptions): Promise<Finding[]> {
  const { reference } = target;
  const { question, secrets, timeoutMs } = options;
  const local = reference.class === "llama" || reference.class === "llama-server";
  const sampling = mergedSampling(
    question.sampling,
    local && question.from === "a small chat" ? { max_tokens: localTokens } : {},
    reference.sampling,
  );
  const wantsLogprobs = can.logprobs === "yes" && can.top_logprobs_max > 0;
  const wrap = await reference.wrap();
  let refused = 0;
  const completion = await fn.complete(
    {
      prompt: wrap(question.prompt),
      sampling,
      ...(wantsLogprobs && { top_logprobs: 1 }),
    },
    {
      signal:
        reference.class === "llama" ? new AbortController().signal : AbortSignal.timeout(Math.min(timeoutMs * 2, 2 ** 31 - 1)),
      onTry: () => {
        refused++;
      },
      sample: { id: "doctor", attempt: 0 },
      seed: 0,
    },
  );
  return [
    replyFinding(completion, question, secrets),
    servedFinding(target, completion),
    samplingFinding(completion, sampling, refused),
    ...(wantsLogprobs ? [logprobFinding(completion)] : []),
    ...(local ? [stopFinding(completion, sampling)] : []),
  ];
}
