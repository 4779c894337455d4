import { z } from "zod";
import { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";

/** Where things are; the defaults are those of the command line, with `finegauge.yaml` of the working directory. */
export const places = {
  /** Registry folders over those that are read anyway. */
  registry: z.union([z.string(), z.array(z.string()).readonly()]).optional(),
  /** Where runs are written and read. */
  out: z.string().optional(),
};

/** Where baselines are. */
export const baselines = z.string().optional();

/** One, or several. */
export const some = z.union([z.string(), z.array(z.string()).readonly()]);

/** A function of the caller's. */
export function functionOf<Fn>() {
  return z.custom<Fn>((value) => typeof value === "function", "a function is expected");
}

/**
 * What a program was called with, checked once.
 *
 * @param name of the function, for messages
 * @throws FinegaugeError `cli.usage`
 */
export function checkedOptions<Schema extends z.ZodObject>(name: string, schema: Schema, options: unknown): z.output<Schema> {
  const result = schema.safeParse(options ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const known = Object.keys(schema.shape);
  throw new FinegaugeError(
    "cli.usage",
    unknown === undefined ? `${name}: ${issue?.path.join(".")}: ${issue?.message}` : `${name} has no option "${unknown}"`,
    { nearest: unknown === undefined ? [] : nearestNames(unknown, known), hint: `options: ${known.join(", ")}` },
  );
}

export function listOf<Value>(value: Value | readonly Value[]): readonly Value[] {
  return Array.isArray(value) ? value : [value as Value];
}

/** As a command's options have them. */
export function asCommonOptions<Options extends { readonly registry?: string | readonly string[] | undefined }>(
  options: Options,
): Omit<Options, "registry"> & { readonly registry?: readonly string[] } {
  const { registry, ...rest } = options;
  return registry === undefined ? rest : { ...rest, registry: listOf<string>(registry) };
}
