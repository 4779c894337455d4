import { statSync } from "node:fs";
import type { Capabilities, Completion, CompletionFn, Sampling, Support } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { counted, duration, short } from "../numbers.ts";
import { isRemote } from "../open-models.ts";
import { mergedSampling } from "../run-pair.ts";
import { type Access, accessOf } from "./access.ts";
import { checkKeys } from "./check-keys.ts";
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
    findings.push(...deviceFindings(target, fn, can), capabilityFinding(can));
    if (!offline && reference.class !== "replay") findings.push(...(await askOnce(target, fn, can, options)));
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

function deviceFindings({ reference, args, setup }: ModelTarget, fn: CompletionFn, can: Capabilities): Finding[] {
  const device = fn.describe?.();
  if (device === undefined) return [];
  const slots = can.concurrency_max === undefined ? "" : `, ${can.concurrency_max} at once`;
  if (reference.class !== "llama") return [ok("model.place", `${device}${slots}`)];
  const bytes = statSync(setup.resolvePath(String(args.model), "models")).size;
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
      signal: reference.class === "llama" ? new AbortController().signal : AbortSignal.timeout(timeoutMs * 2),
      onTry: () => {
        refused++;
      },
      sample: { id: "doctor", attempt: 0 },
      seed: 0,
    },
  );
  return [
    replyFinding(completion, question, secrets),
    ...servedFindings(target, completion),
    ...samplingFindings(completion, sampling, refused),
    ...(wantsLogprobs ? logprobFindings(completion) : []),
    ...(local ? stopFindings(completion, sampling) : []),
  ];
}

function replyFinding({ text, thinking, finish, ms, usage }: Completion, { from }: Question, { redact }: SecretKeeper): Finding {
  const tokens = usage === undefined ? "" : `, ${usage.input} tokens in, ${usage.output} out`;
  const says = `answered ${from} in ${duration(ms)}${tokens}`;
  if (finish === "content_filter")
    return warn(
      "model.reply",
      `${says}: its filter stopped the reply`,
      "look at the provider's content filter: filtered samples are not scored",
    );
  if (text.trim() === "") {
    const why = thinking === undefined && finish !== "length" ? "with nothing" : "with nothing but thinking, or not even that";
    return warn("model.reply", `${says}, ${why}`, "raise max_tokens: a reasoning model spends them before it answers");
  }
  return ok("model.reply", says, { detail: [`“${[...redact(text)].slice(0, 60).join("")}”`] });
}

function servedFindings({ reference, args }: ModelTarget, { served }: Completion): Finding[] {
  if (served?.model === undefined && served?.build === undefined) {
    return [ok("model.served", "the reply does not say which model gave it")];
  }
  const who = [
    ...(served.model === undefined ? [] : [served.model]),
    ...(served.fingerprint === undefined ? [] : [`fingerprint ${served.fingerprint}`]),
    ...(served.build === undefined ? [] : [`build ${served.build}`]),
  ].join(", ");
  const asked = args.model;
  // What a local server calls its model is its own affair; a deployment is called as somebody liked.
  const comparable = reference.class === "openai" || reference.class === "http" || reference.class === "azure";
  if (comparable && typeof asked === "string" && served.model !== undefined && !alike(asked, served.model)) {
    const where = reference.class === "azure" ? `deployment "${args.deployment}" serves` : "it was served by";
    return [
      warn(
        "model.served",
        `"${asked}" was expected, and ${where} ${who}`,
        "name the model that you mean, or correct the entry: runs record what was served",
      ),
    ];
  }
  return [ok("model.served", `served by ${who}`)];
}

/** `gpt-4.1-mini` is served as `gpt-4.1-mini-2025-04-14`, `Qwen/Qwen3-8B` as `qwen3-8b`. */
function alike(asked: string, served: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/^.*\//, "");
  return plain(served).startsWith(plain(asked)) || plain(asked).startsWith(plain(served));
}

function samplingFindings({ adjusted = [] }: Completion, sampling: Sampling, refused: number): Finding[] {
  const sent = Object.entries(sampling).flatMap(([name, value]) =>
    name === "extra" ? Object.keys(value as object) : [`${name} ${JSON.stringify(value)}`],
  );
  const own = adjusted.filter((each) => !/logprobs/.test(each));
  if (own.length === 0)
    return [ok("model.sampling", sent.length === 0 ? "sampling is left to the model" : `takes ${sent.join(", ")}`)];
  const again = refused > 0 ? `, which took ${counted(refused, "request")} more` : "";
  return [
    warn(
      "model.sampling",
      `does not take all of the sampling (${own.join(", ")})${again}`,
      "runs go on without, and say so; leave it out of sampling to keep runs alike",
    ),
  ];
}

function logprobFindings({ logprobs, adjusted = [] }: Completion): Finding[] {
  if (logprobs !== undefined && !adjusted.some((each) => /logprobs/.test(each)))
    return [ok("model.logprobs", "gives log-probabilities")];
  return [
    warn(
      "model.logprobs",
      "gives no log-probabilities, though its class says so",
      "set top_logprobs_max: 0 in its entry: scorers that need them are then refused before anything is asked",
    ),
  ];
}

function stopFindings({ finish, usage }: Completion, { max_tokens: limit }: Sampling): Finding[] {
  if (finish !== "length") return [ok("model.stop", "ends its reply by itself")];
  const tokens = usage?.output ?? limit;
  return [
    warn(
      "model.stop",
      `did not end its reply within ${counted(tokens ?? 0, "token")}`,
      "if the answer is right and goes on, the model never learned its end token: see the lines on its prompt; else raise max_tokens",
    ),
  ];
}
