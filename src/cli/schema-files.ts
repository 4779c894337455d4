import { z } from "zod";
import { baselineLineSchema, baselineSampleSchema, baselineSumSchema } from "../core/baseline-line.ts";
import { gateSpecSchema } from "../core/eval-spec.ts";
import { labelLineSchema } from "../core/label-line.ts";
import { runFileLineSchema } from "../core/run-line.ts";
import { type JsonSchema, registrySchemas, toJsonSchema } from "../registry/index.ts";
import { functionKinds, scorerKinds } from "./catalogue.ts";
import { settingsSchema } from "./settings.ts";

/** What each schema is for; its file is `<name>.json`. */
export const schemaTitles = {
  evals: "registry/evals/*.yaml of Finegauge",
  "completion-fns": "registry/completion-fns/*.yaml of Finegauge",
  eval_sets: "registry/eval_sets/*.yaml of Finegauge",
  modelgraded: "registry/modelgraded/*.yaml of Finegauge",
  prices: "registry/prices.yaml of Finegauge",
  samples: "a line of a sample file of Finegauge",
  finegauge: "finegauge.yaml",
  gate: "a gate file of Finegauge",
  run: "a line of a run file of Finegauge",
  baseline: "a line of a baseline of Finegauge",
  labels: "a line of a label file of Finegauge",
};
export type SchemaName = keyof typeof schemaTitles;

/** Found by it: a file that may be written over. */
export const schemaComment = "Written by `finegauge schema`.";

/** Every schema as the text of its file. */
export async function schemaFiles(): Promise<{ readonly [name in SchemaName]: string }> {
  const schemas: { readonly [name in SchemaName]: JsonSchema } = {
    ...(await registrySchemas({ scorers: scorerKinds, functions: functionKinds })),
    finegauge: toJsonSchema(settingsSchema),
    gate: toJsonSchema(gateSpecSchema),
    run: toJsonSchema(runFileLineSchema),
    baseline: toJsonSchema(z.union([baselineLineSchema, baselineSampleSchema, baselineSumSchema])),
    labels: toJsonSchema(labelLineSchema),
  };
  const text = ([name, schema]: [string, JsonSchema]) => {
    const head = {
      $schema: "http://json-schema.org/draft-07/schema#",
      title: schemaTitles[name as SchemaName],
      $comment: schemaComment,
    };
    return [name, `${JSON.stringify({ ...head, ...schema }, null, 1)}\n`];
  };
  return Object.fromEntries(Object.entries(schemas).map(text));
}

/** The first line of a YAML file by which editors find its schema. */
export function schemaLine(path: string): string {
  return `# yaml-language-server: $schema=${path}\n`;
}
