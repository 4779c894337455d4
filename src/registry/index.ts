export { loadRegistry } from "./load-registry.ts";
export { openSamples } from "./open-samples.ts";
export type { KnownPrice, PriceLookup, TokenPrice } from "./price-tables.ts";
export type { EvalCheck, EvalStatus, Registry, RegistryWarning, ResolvedEval } from "./registry.ts";
