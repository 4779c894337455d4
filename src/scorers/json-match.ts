import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { SampleContent } from "../core/sample.ts";
import { withoutCodeFence } from "./code-fence.ts";
import { type PythonJson, parsePythonJson } from "./python-json.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  max_tokens: z.int().positive().optional(),
  /** Take a reply that is one Markdown code block for what is in it. */
  strip_code_fence: z.boolean().optional(),
  /** null equals null. A missing key stays different from both. */
  null_equal: z.boolean().optional(),
  /** true is not 1, and false is not 0. */
  strict_booleans: z.boolean().optional(),
});
export type JsonMatchArgs = z.infer<typeof argsSchema>;

/**
 * Whether two JSON values are equal by the rule of openai/evals' `JsonMatch`: member by member, lists in order, null never equal to
 * anything, scalars as Python compares them (1 and 1.0 and true are equal; whole numbers exactly).
 */
export function jsonEqual(said: PythonJson | undefined, wanted: PythonJson | undefined, args: JsonMatchArgs = {}): boolean {
  if (said === undefined || wanted === undefined) return false;
  if (said === null || wanted === null) return args.null_equal === true && said === wanted;
  if (said instanceof Map) {
    if (!(wanted instanceof Map) || said.size !== wanted.size) return false;
    return [...said].every(([key, value]) => jsonEqual(value, wanted.get(key), args));
  }
  if (Array.isArray(said)) {
    if (!Array.isArray(wanted) || said.length !== wanted.length) return false;
    return said.every((value, i) => jsonEqual(value, wanted[i], args));
  }
  if (args.strict_booleans && (typeof said === "boolean") !== (typeof wanted === "boolean")) return false;
  return exact(said) === exact(wanted);
}

/** Whole numbers of every type as one, so that 2^53 + 1 and 2.0^53 differ as they do in Python. */
function exact(value: PythonJson): PythonJson {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

/**
 * The ideals that equal the reply.
 *
 * @throws FinegaugeError `score.sample-invalid` when an ideal is not JSON
 */
export function jsonMatches(reply: string, ideals: readonly string[], args: JsonMatchArgs = {}): string[] {
  const said = tryParse(args.strip_code_fence ? withoutCodeFence(reply) : reply);
  return ideals.filter((ideal) => {
    const wanted = tryParse(ideal);
    if (wanted === undefined) throw new FinegaugeError("score.sample-invalid", "an `ideal` of this sample is not JSON");
    return jsonEqual(said, wanted, args);
  });
}

function tryParse(text: string): PythonJson | undefined {
  try {
    return parsePythonJson(text);
  } catch {
    return undefined;
  }
}

function checkSample(sample: SampleContent): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  for (const [i, ideal] of sample.ideal.entries()) {
    try {
      parsePythonJson(ideal);
    } catch (error) {
      const which = sample.ideal.length === 1 ? "its `ideal`" : `its \`ideal\` number ${i + 1}`;
      return `${which} is not JSON: ${messageOf(error)}`;
    }
  }
  return undefined;
}

export const jsonMatchKind = scorerKind({
  args: argsSchema,
  sampling: (args) => ({ temperature: 0, max_tokens: args.max_tokens ?? 512 }),
  checkSample,
  create: (args, setup) =>
    textScorer({
      kind: "json-match",
      args,
      setup,
      judge(reply, ideals) {
        const picked = jsonMatches(reply, ideals, args);
        return picked.length > 0 ? { passed: true, picked } : { passed: false };
      },
    }),
});
