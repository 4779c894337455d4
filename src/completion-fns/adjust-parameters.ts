import type { Problem } from "../net/problem.ts";
import type { Parameters } from "./endpoint.ts";

/** What is known of the parameters that one model refuses; grows while it is asked. */
export interface Adjustments {
  /** Rises with everything learnt. */
  readonly version: number;
  /** The wishes under the names that the model takes, without those it does not take, and what was done in words. */
  apply(wishes: Parameters): { readonly parameters: Parameters; readonly adjusted: readonly string[] };
  /**
   * Takes a refusal in.
   *
   * @param sent wishes as they were sent
   * @returns whether the request may go again: it will be another one
   */
  learn(problem: Problem, sent: Parameters): boolean;
}

/** Parameters that are nothing without another one. */
const companions: { readonly [name: string]: readonly string[] } = {
  logprobs: ["top_logprobs"],
  top_logprobs: ["include"],
  include: ["top_logprobs"],
};

/**
 * @param known.unknown parameters that never work here
 * @param known.renames another name to try, once a parameter is refused
 * @param known.preferred parameters for which the other name is tried first
 */
export function openAdjustments(known: {
  unknown: readonly string[];
  renames: { readonly [name: string]: string };
  preferred?: readonly string[];
}): Adjustments {
  const refused = new Set<string>(known.unknown);
  const preferred = new Set(known.preferred);
  let version = 0;

  /** The name to send a wish under; undefined = not at all. */
  function nameFor(wish: string): string | undefined {
    const other = known.renames[wish];
    const names = other === undefined ? [wish] : preferred.has(wish) ? [other, wish] : [wish, other];
    return names.find((name) => !refused.has(name));
  }

  return {
    get version() {
      return version;
    },
    apply(wishes) {
      const parameters: { [name: string]: unknown } = {};
      const adjusted: string[] = [];
      for (const [wish, value] of Object.entries(wishes)) {
        if (value === undefined) continue;
        const name = nameFor(wish);
        if (name !== undefined) parameters[name] = value;
        if (name !== wish) adjusted.push(name === undefined ? `${wish}: dropped` : `${wish}: sent as ${name}`);
      }
      return { parameters, adjusted };
    },
    learn(problem, sent) {
      const name = refusedName(problem, Object.keys(sent));
      if (name === undefined) return false;
      if (!refused.has(name)) {
        refused.add(name);
        for (const companion of companions[name] ?? []) if (companion in sent) refused.add(companion);
        version++;
      }
      return true;
    },
  };
}

/** Wording of "this model does not take that", as against "this value is wrong", which is the user's to mend. */
const refusal =
  /unsupported|not supported|(?:does|do)(?: not|n't) support|unrecogni[sz]ed|unknown|not permitted|not allowed|unexpected|extra inputs|not available|extra_forbidden/i;

function refusedName(problem: Problem, sent: readonly string[]): string | undefined {
  const { message, param, code } = problem;
  if (!refusal.test(message) && !refusal.test(code ?? "")) return undefined;
  if (param !== undefined) return sent.find((name) => name === param);
  const places = sent.map((name) => ({ name, at: message.search(mention(name)) })).filter(({ at }) => at >= 0);
  return places.sort((a, b) => a.at - b.at)[0]?.name;
}

/** A parameter named as such; `stop` or `seed` alone may be just a word of the sentence. */
function mention(name: string): RegExp {
  const escaped = name.replace(/[^A-Za-z0-9_]/g, "\\$&");
  const word = name.includes("_") || /^(?:temperature|logprobs)$/.test(name);
  return new RegExp(
    word
      ? `\\b${escaped}\\b`
      : `["'\`]${escaped}["'\`]|(?:parameter|argument|field|property|keyword|supplied)s?:?\\s+${escaped}\\b`,
    "i",
  );
}
