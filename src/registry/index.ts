export { loadRegistry } from "./load-registry.ts";
export { openSamples } from "./open-samples.ts";
export type {
  CompletionFnEntry,
  EvalCheck,
  EvalListing,
  EvalStatus,
  OpenSamplesOptions,
  Registry,
  RegistryOptions,
  RegistryWarning,
  ResolvedEval,
} from "./registry.ts";
export { type Wrap, wrapSchema } from "./wrap.ts";
