export { type JsonSchema, registrySchemas, toJsonSchema } from "./json-schemas.ts";
export { loadRegistry } from "./load-registry.ts";
export { openSamples } from "./open-samples.ts";
export type { EvalCheck, EvalStatus, Registry, RegistryWarning, ResolvedEval, SampleOrder } from "./registry.ts";
export type { KnownPrice, TokenPrice } from "./token-price.ts";
