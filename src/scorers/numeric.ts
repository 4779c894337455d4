import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { SampleContent } from "../core/sample.ts";
import { type FoundNumber, numbersIn } from "./numbers-in.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";

const tolerance = z.number().nonnegative();

export const numericArgsSchema = z.strictObject({
  /** How far the number may be from the ideal. */
  tolerance: tolerance.optional(),
  /** The same as a share of the ideal: 0.01 is one percent. Either tolerance is enough. */
  relative_tolerance: tolerance.optional(),
  /** Which number of the reply counts. */
  pick: z.enum(["last", "first", "only"]).optional(),
  decimal_comma: z.boolean().optional(),
  /** What stands around the ideal's number must stand around the reply's too: `%`, `$`, `km`. */
  unit: z.boolean().optional(),
});
export type NumericArgs = z.infer<typeof numericArgsSchema>;

/** Is a number near enough to the one that is wanted. */
export function isNear(said: FoundNumber, wanted: FoundNumber, args: NumericArgs = {}): boolean {
  const allowed = Math.max(args.tolerance ?? 0, (args.relative_tolerance ?? 0) * Math.abs(wanted.value));
  if (allowed === 0) return isEqual(said, wanted);
  // The difference of two decimals is off by a rounding of each: 1.1 is within 0.1 of 1.
  const dust = 4 * Number.EPSILON * Math.max(Math.abs(said.value), Math.abs(wanted.value));
  return Math.abs(said.value - wanted.value) <= allowed + dust;
}

/** Whole numbers beyond 2^53 by their digits: as numbers, neighbours are equal. */
function isEqual(said: FoundNumber, wanted: FoundNumber): boolean {
  const whole = /^[-+]?\d+$/;
  if (Number.isSafeInteger(said.value) || !whole.test(said.digits) || !whole.test(wanted.digits)) {
    return said.value === wanted.value;
  }
  return BigInt(said.digits.replace("+", "")) === BigInt(wanted.digits.replace("+", ""));
}

/** The first ideal whose number is the reply's, or undefined. */
export function numeric(reply: string, ideals: readonly string[], args: NumericArgs = {}): string | undefined {
  const said = picked(numbersIn(reply, args), args.pick);
  if (said === undefined) return undefined;
  return ideals.find((ideal) => {
    const [wanted] = numbersIn(ideal, args);
    return wanted !== undefined && isNear(said, wanted, args) && (!args.unit || hasUnit(reply, said, ideal, wanted));
  });
}

function picked(numbers: readonly FoundNumber[], pick: NumericArgs["pick"] = "last"): FoundNumber | undefined {
  if (pick === "only") return numbers.length === 1 ? numbers[0] : undefined;
  return numbers.at(pick === "first" ? 0 : -1);
}

function hasUnit(reply: string, said: FoundNumber, ideal: string, wanted: FoundNumber): boolean {
  const before = ideal.slice(0, wanted.start).trim();
  const after = ideal.slice(wanted.end).trim();
  if (!reply.slice(0, said.start).trimEnd().endsWith(before)) return false;
  const rest = reply.slice(said.end).trimStart();
  return rest.startsWith(after) && (after === "" || !/^[\p{L}\p{N}]/u.test(rest.slice(after.length)));
}

function checkSample(sample: SampleContent, args: NumericArgs): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  const odd = sample.ideal.find((ideal) => numbersIn(ideal, args).length !== 1);
  return odd === undefined ? undefined : `its \`ideal\` ${JSON.stringify(odd)} does not hold one number`;
}

export const numericKind = scorerKind({
  args: numericArgsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create: (args, setup) =>
    textScorer({
      kind: "numeric",
      args,
      setup,
      judge(reply, ideals) {
        const found = numeric(reply, ideals, args);
        return { passed: found !== undefined, picked: found };
      },
    }),
});
