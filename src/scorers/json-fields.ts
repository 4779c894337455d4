import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import type { SampleContent } from "../core/sample.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { withoutCodeFence } from "./code-fence.ts";
import { type Field, fieldOrNameSchema, fieldValue } from "./field-value.ts";
import { type PythonJson, parsePythonJson } from "./python-json.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  /** Path of a field (`address.city`) to how it is compared; by default every key of the ideal, exactly. */
  fields: z.record(z.string().min(1), fieldOrNameSchema).optional(),
  /** Share of the fields from which on a reply is right. */
  pass_at: z.number().optional(),
  strip_code_fence: z.boolean().optional(),
});

type JsonObject = ReadonlyMap<string, PythonJson>;

interface FieldRule {
  readonly path: readonly string[];
  readonly field: Field;
  /** Of its score; a field that the arguments do not name has none, since its name is the data's. */
  readonly name?: string;
}

interface FieldsFound {
  /** Weighted mean over the fields. */
  readonly score: number;
  readonly values: readonly number[];
}

/**
 * How much of an object is right: each field is as right as its comparison says.
 *
 * @param said undefined for a reply that is no object: then every field is wrong
 */
export function compareFields(said: JsonObject | undefined, wanted: JsonObject, rules = everyKey(wanted)): FieldsFound {
  const values = rules.map(({ path, field }) => (said === undefined ? 0 : fieldValue(at(said, path), at(wanted, path), field)));
  let sum = 0;
  let weights = 0;
  for (const [place, { field }] of rules.entries()) {
    const { weight = 1 } = field;
    sum += weight * (values[place] as number);
    weights += weight;
  }
  if (weights === 0) return { score: said === undefined ? 0 : 1, values };
  return { score: sum / weights, values };
}

function everyKey(wanted: JsonObject): readonly FieldRule[] {
  return [...wanted.keys()].map((name) => ({ path: [name], field: {} }));
}

function at(object: JsonObject, path: readonly string[]): PythonJson | undefined {
  let value: PythonJson | undefined = object;
  for (const key of path) value = value instanceof Map ? value.get(key) : undefined;
  return value;
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parsePythonJson(text);
    return value instanceof Map ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkSample(sample: SampleContent): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  return sample.ideal.every((ideal) => objectIn(ideal) !== undefined) ? undefined : "its `ideal` is no JSON object";
}

export const jsonFieldsKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create(args, { name, compat }) {
    const { pass_at: passAt = 1, fields, strip_code_fence: strip } = args;
    const rules = fields && Object.entries(fields).map(([of, field]) => ({ path: of.split("."), field, name: `field/${of}` }));
    return {
      name,
      hash: hashJson({ kind: "json-fields", args, compat }),
      needs: {},
      score(sample, replies): Score[] {
        const completion = onlyCompletion(replies);
        const text = compat ? rawText(completion) : completion.text;
        const said = objectIn(strip ? withoutCodeFence(text) : text);
        let best: FieldsFound | undefined;
        for (const ideal of sample.ideal) {
          const wanted = objectIn(ideal);
          const found = wanted && compareFields(said, wanted, rules);
          if (found !== undefined && (best === undefined || found.score > best.score)) best = found;
        }
        const { score, values } = best ?? { score: 0, values: [] };
        const passed = score >= passAt;
        return [
          { name: "accuracy", value: passed ? 1 : 0, passed },
          { name: "score", value: score },
          ...(rules ?? []).map((rule, place) => ({ name: rule.name, value: values[place] ?? 0 })),
        ];
      },
    };
  },
});
