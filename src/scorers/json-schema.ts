import { readFile } from "node:fs/promises";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { type Bag, isBag } from "../core/json.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { withoutCodeFence } from "./code-fence.ts";
import { compileSchema, type SchemaCheck } from "./compile-schema.ts";
import { parsePythonJson } from "./python-json.ts";
import { unscored } from "./unscored.ts";

const argsSchema = z
  .strictObject({
    /** The schema, or a file that holds it; without it any JSON is right. */
    schema: z.union([z.record(z.string(), z.json()), z.string().min(1)]).optional(),
    strip_code_fence: z.boolean().optional(),
  })
  .superRefine(({ schema }, ctx) => {
    if (!isBag(schema)) return;
    try {
      compileSchema(schema);
    } catch (error) {
      ctx.addIssue({ code: "custom", path: ["schema"], message: messageOf(error) });
    }
  });

/** Why a reply is not the JSON that is wanted; undefined when it is. */
export function jsonFault(reply: string, check: SchemaCheck): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(reply);
  } catch (error) {
    return `it is no JSON: ${messageOf(error)}`;
  }
  try {
    return check(value);
  } catch (error) {
    // A schema that refers to itself goes as deep as the reply does.
    if (error instanceof RangeError) return "it is nested too deeply";
    throw error;
  }
}

/** Under a dotted class, openai/evals' `JsonValidator`: what Python's `json` reads, `NaN` among it. */
function pythonFault(reply: string): string | undefined {
  try {
    parsePythonJson(reply);
    return undefined;
  } catch (error) {
    return `it is no JSON: ${messageOf(error)}`;
  }
}

/** Whether a reply is JSON that fits a schema, which is compiled once. */
export const jsonSchemaKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: (sample) => (sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined),
  async open({ schema, ...args }, { resolvePath, placeOf }) {
    if (typeof schema !== "string") return {};
    const where = placeOf(["schema"]);
    const file = resolvePath(schema);
    const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
      throw new FinegaugeError("registry.invalid", `the schema ${schema} cannot be read: ${cause.code}`, { where, cause });
    });
    const parsed = parse(text, schema, where);
    return { args: { ...args, schema: parsed } };
  },
  create({ schema = {}, ...args }, { name, compat }) {
    if (typeof schema === "string") throw new Error(`the schema ${schema} was not read`);
    const check = compileSchema(schema as Bag);
    return {
      name,
      hash: hashJson({ kind: "json-schema", args: { ...args, schema }, compat }),
      needs: {},
      score(_, replies): Score[] {
        const completion = onlyCompletion(replies);
        const text = compat ? rawText(completion) : completion.text;
        try {
          if (compat) return [verdict(pythonFault(text))];
          return [verdict(jsonFault(args.strip_code_fence ? withoutCodeFence(text) : text, check))];
        } catch (error) {
          if (!(error instanceof FinegaugeError)) throw error;
          return [unscored("accuracy", error)];
        }
      },
    };
  },
});

function verdict(fault: string | undefined): Score {
  if (fault === undefined) return { name: "accuracy", value: 1, passed: true };
  return { name: "accuracy", value: 0, passed: false, explanation: fault.length > 300 ? `${fault.slice(0, 300)}…` : fault };
}

/** @throws FinegaugeError `registry.invalid` */
function parse(text: string, file: string, where: FinegaugeError["more"]["where"]): Bag {
  let fault: string;
  try {
    const value: unknown = JSON.parse(text);
    if (isBag(value)) {
      compileSchema(value);
      return value;
    }
    fault = "it is no mapping";
  } catch (error) {
    fault = messageOf(error);
  }
  throw new FinegaugeError("registry.invalid", `the schema ${file} cannot be used: ${fault}`, { where });
}
