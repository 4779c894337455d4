import { z } from "zod";

const bag = z.record(z.string(), z.unknown());

/** A test, or what all tests share. Keys that are not read are looked at by name. */
export const testSchema = z.looseObject({
  description: z.string().optional(),
  vars: z.union([bag, z.string(), z.array(z.string())]).optional(),
  assert: z.array(z.unknown()).optional(),
  options: bag.optional(),
  metadata: bag.optional(),
  threshold: z.number().optional(),
});
export type TestCase = z.output<typeof testSchema>;

const promptSchema = z.union([
  z.string(),
  z.looseObject({ raw: z.string().optional(), id: z.string().optional(), label: z.string().optional() }),
]);

const providerSchema = z.union([z.string(), bag]);

/** A promptfoo config as far as it is read. */
export const configSchema = z.looseObject({
  description: z.string().optional(),
  prompts: z.union([z.string(), z.array(promptSchema)]),
  providers: z.union([z.string(), z.array(providerSchema)]).optional(),
  targets: z.union([z.string(), z.array(providerSchema)]).optional(),
  defaultTest: z.union([z.string(), testSchema]).optional(),
  tests: z.union([z.string(), z.array(z.union([z.string(), testSchema]))]).optional(),
});
export type Config = z.output<typeof configSchema>;

/** How promptfoo runs, shows and shares: nothing of it decides about a reply. */
export const aboutRunning: ReadonlySet<string> = new Set([
  "$schema",
  "sharing",
  "outputPath",
  "commandLineOptions",
  "evaluateOptions",
  "writeLatestResults",
  "tags",
  "metadata",
  "tracing",
  "derivedMetrics",
]);

/** Keys of a config that go over, or are looked at. */
export const known: ReadonlySet<string> = new Set([...Object.keys(configSchema.shape), ...aboutRunning]);
