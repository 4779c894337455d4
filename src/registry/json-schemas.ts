import { z } from "zod";
import type { Catalogue } from "../core/catalogue.ts";
import { sampleRowSchema } from "../core/sample.ts";
import { completionFnEntrySchema } from "./completion-fn-entry.ts";
import { evalEntrySchema, evalSetSchema } from "./eval-entry.ts";
import { priceFileSchema } from "./price-tables.ts";
import { dataArgs } from "./scorer-part.ts";

/** A JSON Schema, draft 7: what editors read. */
export type JsonSchema = { [keyword: string]: unknown };

/** A zod schema as JSON Schema of what stands in a file. What only code can check is left out. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const {
    $schema: _,
    definitions = {},
    ...made
  } = z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any" });
  return withoutAnyJson(made, definitions as { readonly [name: string]: JsonSchema }) as JsonSchema;
}

/** "Any JSON" is a schema that names itself, and says nothing that the file's format does not. Put together, schemas can have no names. */
function withoutAnyJson(value: unknown, definitions: { readonly [name: string]: JsonSchema }): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutAnyJson(one, definitions));
  if (typeof value !== "object" || value === null) return value;
  const { $ref } = value as JsonSchema;
  if (typeof $ref === "string") {
    const named = definitions[$ref.replace("#/definitions/", "")]?.anyOf;
    const types = Array.isArray(named) ? named.map(({ type }: JsonSchema) => type).join() : "";
    if (types !== "string,number,boolean,null,array,object") throw new Error(`a schema that names itself: ${$ref}`);
    return {};
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutAnyJson(one, definitions)]));
}

/** JSON Schemas of every file of a registry, by the folder or file that they are for. */
export async function registrySchemas({ scorers, functions }: Pick<Catalogue, "scorers" | "functions">) {
  return {
    evals: named(withArgs(toJsonSchema(evalEntrySchema), await scorerArgs(scorers))),
    "completion-fns": named(withArgs(toJsonSchema(completionFnEntrySchema), await functionArgs(functions))),
    eval_sets: named(toJsonSchema(evalSetSchema)),
    modelgraded: named(await gradingPrompt(scorers)),
    prices: toJsonSchema(priceFileSchema),
    samples: toJsonSchema(sampleRowSchema),
  };
}

/** Name to entry; a bare text is an alias. */
function named(entry: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: { anyOf: [{ type: "string" }, entry] } };
}

/** An entry whose `class` says what its `args` may be. */
function withArgs(entry: JsonSchema, args: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const properties = entry.properties as { [key: string]: JsonSchema };
  const short = { anyOf: [{ enum: [...args.keys()] }, { type: "string" }] };
  return {
    ...entry,
    properties: {
      ...properties,
      class: short,
      args: { type: ["object", "null"] },
      ...(properties.scorers && { scorers: { type: "array" } }),
    },
    allOf: [...args].map(([name, schema]) => ({
      if: { properties: { class: { const: name } }, required: ["class"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: { properties: { args: schema } },
    })),
  };
}

async function scorerArgs(scorers: Catalogue["scorers"]): Promise<Map<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>();
  for (const [name, load] of Object.entries(scorers)) {
    const schema = toJsonSchema((await load()).args);
    const properties = schema.properties as { [key: string]: JsonSchema } | undefined;
    // A shape that is no plain mapping is checked when the registry is read.
    if (properties === undefined) continue;
    const data = Object.fromEntries(dataArgs.map((key) => [key, { type: key.startsWith("num") ? "integer" : "string" }]));
    const spec = properties.modelgraded_spec;
    const graded = spec === undefined ? {} : { modelgraded_spec: { anyOf: [{ type: "string" }, spec] } };
    found.set(name, { ...schema, properties: { ...properties, ...data, ...graded } });
  }
  return found;
}

async function functionArgs(functions: Catalogue["functions"]): Promise<Map<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>();
  for (const [name, load] of Object.entries(functions)) {
    const schema = toJsonSchema((await load()).args);
    if (schema.properties !== undefined) found.set(name, withVariables(schema) as JsonSchema);
  }
  return found;
}

/** `${NAME}` may stand wherever a text does, so a text's form says nothing here. */
function withVariables(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withVariables);
  if (typeof schema !== "object" || schema === null) return schema;
  const { format, pattern, ...rest } = schema as JsonSchema;
  const kept = typeof format === "object" || typeof pattern === "object" ? { format, pattern } : {};
  return Object.fromEntries(Object.entries({ ...rest, ...kept }).map(([key, value]) => [key, withVariables(value)]));
}

async function gradingPrompt(scorers: Catalogue["scorers"]): Promise<JsonSchema> {
  for (const load of Object.values(scorers)) {
    const { gradingPrompt: schema } = await load();
    if (schema !== undefined) return toJsonSchema(schema);
  }
  throw new Error("no scorer has a grading prompt");
}
