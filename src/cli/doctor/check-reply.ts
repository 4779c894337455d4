import type { Completion, Sampling } from "../../core/completion.ts";
import { counted, duration } from "../numbers.ts";
import { type Finding, ok, warn } from "./finding.ts";
import type { ModelTarget } from "./model-target.ts";
import type { Question } from "./question.ts";
import type { SecretKeeper } from "./secret-keeper.ts";

/** Did it answer, and how fast. */
export function replyFinding(
  { text, thinking, finish, ms, usage }: Completion,
  { from }: Question,
  { redact }: SecretKeeper,
): Finding {
  const tokens = usage === undefined ? "" : `, ${usage.input} tokens in, ${usage.output} out`;
  const says = `answered ${from} in ${duration(ms)}${tokens}`;
  if (finish === "content_filter")
    return warn(
      "model.reply",
      `${says}: its filter stopped the reply`,
      "look at the provider's content filter: filtered samples are not scored",
    );
  if (text.trim() === "") {
    const why =
      thinking !== undefined ? "with thinking alone" : finish === "length" ? "cut off before it said anything" : "with nothing";
    return warn("model.reply", `${says}, ${why}`, "raise max_tokens: a reasoning model spends them before it answers");
  }
  return ok("model.reply", says, { detail: [`“${[...redact(text)].slice(0, 60).join("")}”`] });
}

/** Who answered, and was that who was asked. */
export function servedFinding({ reference, args }: ModelTarget, { served }: Completion): Finding {
  if (served?.model === undefined && served?.build === undefined) {
    return ok("model.served", "the reply does not say which model gave it");
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
    return warn(
      "model.served",
      `"${asked}" was expected, and ${where} ${who}`,
      "name the model that you mean, or correct the entry: runs record what was served",
    );
  }
  return ok("model.served", `served by ${who}`);
}

/** `gpt-4.1-mini` is served as `gpt-4.1-mini-2025-04-14`, `Qwen/Qwen3-8B` as `qwen3-8b`. */
function alike(asked: string, served: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/^.*\//, "");
  return plain(served).startsWith(plain(asked)) || plain(asked).startsWith(plain(served));
}

/** What of the sampling it took; `refused` is how many requests it took to find out. */
export function samplingFinding({ adjusted = [] }: Completion, sampling: Sampling, refused: number): Finding {
  const sent = Object.entries(sampling).flatMap(([name, value]) =>
    name === "extra" ? Object.keys(value as object) : [`${name} ${JSON.stringify(value)}`],
  );
  const own = adjusted.filter((each) => !/logprobs/.test(each));
  if (own.length === 0)
    return ok("model.sampling", sent.length === 0 ? "sampling is left to the model" : `takes ${sent.join(", ")}`);
  const again = refused > 0 ? `, which took ${counted(refused, "request")} more` : "";
  return warn(
    "model.sampling",
    `does not take all of the sampling (${own.join(", ")})${again}`,
    "runs go on without, and say so; leave it out of sampling to keep runs alike",
  );
}

/** Log-probabilities were asked for: did they come. */
export function logprobFinding({ logprobs, adjusted = [] }: Completion): Finding {
  if (logprobs !== undefined && !adjusted.some((each) => /logprobs/.test(each)))
    return ok("model.logprobs", "gives log-probabilities");
  return warn(
    "model.logprobs",
    "gives no log-probabilities, though its class says so",
    "set top_logprobs_max: 0 in its entry: scorers that need them are then refused before anything is asked",
  );
}

/** Did it end by itself: a fine-tune that was never shown the end token does not. */
export function stopFinding({ finish, usage }: Completion, { max_tokens: limit }: Sampling): Finding {
  if (finish !== "length") return ok("model.stop", "ends its reply by itself");
  const tokens = usage?.output ?? limit;
  return warn(
    "model.stop",
    `did not end its reply within ${counted(tokens ?? 0, "token")}`,
    "if the answer is right and goes on, the model never learned its end token: see the lines on its prompt; else raise max_tokens",
  );
}
