import { hash } from "node:crypto";
import type { AskedBy, CompletionRequest, Continuations, ModelIdentity } from "../../core/completion.ts";
import { canonicalJson } from "../../core/json.ts";

/** Rises when what we send for one and the same request changes, so that replies to something else are never found. */
const adapterVersion = 1;

/** What a question and a reply are found by: SHA-256 in base64url. */
export interface ReplyKeys {
  complete(request: CompletionRequest, ctx: AskedBy): string;
  continuations(request: Continuations, ctx: AskedBy): string;
}

/** The model, as far as it was declared: what a resume is held against too. */
export function modelHash(identity: ModelIdentity): string {
  return hash("sha256", canonicalJson([adapterVersion, identity]), "hex");
}

/**
 * Keys of one model's replies: who it is, all of the request, and which reply it is. Neither keys, addresses nor prompts can be read
 * out of one.
 *
 * Of a function whose replies also hang on the run's seed and on the sample's id, these are in it; of a server they are not, so that a
 * question is found again whatever its sample is called.
 */
export function replyKeys(identity: ModelIdentity): ReplyKeys {
  const model = modelHash(identity);
  const draws = drawing(identity);
  const key = (kind: string, request: object, { sample, reply = 0, seed }: AskedBy, drawn: boolean) =>
    hash("sha256", `${model}${canonicalJson([kind, sample.attempt, reply, drawn && [seed, sample.id], request])}`, "base64url");
  return {
    complete: (request, ctx) => key("complete", request, ctx, draws(request)),
    continuations: (request, ctx) => key("continuations", request, ctx, draws(undefined)),
  };
}

/** A model in process draws by the run's seed, where it draws at all; what code of the user's does with seed and id, nobody knows. */
function drawing(identity: ModelIdentity): (request: CompletionRequest | undefined) => boolean {
  if (isServer(identity)) return () => false;
  if (identity.fn === "llama") return (request) => (request?.sampling.temperature ?? 0) > 0;
  return () => true;
}

const servers: ReadonlySet<string> = new Set(["openai", "azure", "http", "llama-server"]);

/** promptfoo reaches servers too, unless its provider is a file of the user's. */
function isServer({ fn, file_sha256: file }: ModelIdentity): boolean {
  return servers.has(fn) || (fn === "promptfoo" && file === undefined);
}

/**
 * Why a model's replies are not kept; undefined when they are. Code of the user's may reply by anything at all, so it has to say itself
 * which version of it replies.
 */
export function notKept(identity: ModelIdentity): string | undefined {
  const { fn, build, endpoint_hash: endpoint } = identity;
  if (isServer(identity) || fn === "llama") return undefined;
  if (fn === "replay") return "its replies are recorded already";
  const states = (fn === "module" || fn === "command") && (build !== undefined || endpoint !== undefined);
  return states ? undefined : "it does not say which version of it replies";
}
