import { createContext, Script } from "node:vm";
import { FinegaugeError } from "../core/errors.ts";

/** A pattern that takes no longer than its limit, whatever the text. */
export interface BoundedRegex {
  /** @throws FinegaugeError `score.failed` when it was not decided in time */
  test(text: string): boolean;
  /** As a RegExp writes itself: whoever keeps patterns may keep them by this. */
  toString(): string;
}

const limitMs = 200;
/** The limit is one of the clock: on a busy machine it may be over before the search had its turn. */
const tries = 3;
/** Steps that take a few milliseconds at most: up to here a watch would cost more than the search. */
const harmlessSteps = 1e6;

/**
 * A pattern of the user's, for text that a model wrote. Matching by backtracking takes exponential time for some patterns on some texts,
 * so the steps are estimated from above first; where they may be many, the search runs under a time limit, which costs 0.15 ms.
 *
 * @throws SyntaxError when the pattern is none
 */
export function boundedRegex(pattern: string, flags: string): BoundedRegex {
  // Neither `g` nor `y`: they remember where the last search ended.
  const regex = new RegExp(pattern, flags.replace(/[gy]/g, ""));
  const steps = stepEstimate(pattern);
  let watched: ((text: string) => boolean) | undefined;
  return {
    test(text) {
      if (steps(text.length) <= harmlessSteps) return regex.test(text);
      watched ??= underWatch(regex);
      return watched(text);
    },
    toString: () => String(regex),
  };
}

/**
 * Steps that matching may take, from above: each repetition may begin and end anywhere in the text, each alternative or option doubles
 * the ways, and a repeated group has no bound at all.
 */
function stepEstimate(pattern: string): (length: number) => number {
  const bare = pattern
    .replace(/\\[1-9k]/g, "*")
    .replace(/\\[\s\S]/g, "x")
    .replace(/\[[^\]]*\]/g, "x")
    .replace(/\(\?(?:[:=!]|<[=!]|<[^>]*>)/g, "(");
  if (/\)[*+{]/.test(bare)) return () => Number.POSITIVE_INFINITY;
  const repetitions = bare.match(/[*+{]/g)?.length ?? 0;
  const doublings = bare.match(/[?|]/g)?.length ?? 0;
  const factor = 2 ** doublings * (bare.length + 1);
  return (length) => factor * (length + 1) ** (repetitions + 1);
}

/** V8 looks at the clock while it backtracks, so a script's time limit ends a search too. */
function underWatch(regex: RegExp): (text: string) => boolean {
  const sandbox: { regex: RegExp; text: string } = Object.assign(Object.create(null), { regex, text: "" });
  createContext(sandbox);
  const search = new Script("regex.test(text)");
  return (text) => {
    sandbox.text = text;
    try {
      for (let tried = 1; ; tried++) {
        try {
          return search.runInContext(sandbox, { timeout: limitMs }) as boolean;
        } catch (cause) {
          if ((cause as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
          if (tried === tries) throw endless(regex, cause);
        }
      }
    } finally {
      sandbox.text = "";
    }
  };
}

function endless(regex: RegExp, cause: unknown): FinegaugeError {
  const seconds = (limitMs * tries) / 1000;
  return new FinegaugeError("score.failed", `the pattern ${regex} came to no end in ${seconds} s on this reply`, { cause });
}
