import type { ErrorObject } from "ajv";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { messageOf } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { boundedRegex } from "./bounded-regex.ts";

/** Why a value does not fit, in one sentence with the path of the part; undefined when it fits. */
export type SchemaCheck = (value: unknown) => string | undefined;

/**
 * Compiles a JSON Schema: of 2020-12 unless its `$schema` says draft-07 or draft-06. `format` is not checked, and a key that nobody knows
 * is passed over, as the standard has it.
 *
 * @throws SyntaxError when it is no schema, or points to one that is not in it
 */
export function compileSchema(schema: Bag): SchemaCheck {
  const options = { strict: false, validateFormats: false, logger: false, code: { regExp } } as const;
  const { $schema: draft } = schema;
  // The drafts are told apart by their address; without its scheme, since both are in use.
  const old = typeof draft === "string" && /json-schema\.org\/draft-0[67]\//.test(draft);
  const ajv = old ? new Ajv(options) : new Ajv2020(options);
  try {
    const validate = ajv.compile(old ? { ...schema, $schema: "http://json-schema.org/draft-07/schema#" } : schema);
    return (value) => (validate(value) ? undefined : faultText(validate.errors?.[0]));
  } catch (error) {
    throw new SyntaxError(messageOf(error), { cause: error });
  }
}

/** A schema's patterns meet text that a model wrote. */
const regExp = Object.assign((pattern: string, flags: string) => boundedRegex(pattern, flags), {
  code: "boundedRegex",
});

function faultText(error: ErrorObject | undefined): string {
  if (error === undefined) return "it does not fit the schema";
  const { instancePath, message = "does not fit", keyword, params } = error;
  const extra = keyword === "additionalProperties" ? `: ${JSON.stringify(params.additionalProperty)}` : "";
  return `${instancePath === "" ? "the reply" : instancePath} ${message}${extra}`;
}
