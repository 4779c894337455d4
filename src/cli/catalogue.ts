import { bridgeFunctions, bridgePrefixes, bridgeScorers } from "../bridges/index.ts";
import { functionKinds as ownFunctions } from "../completion-fns/index.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { scorerKinds as ownScorers, upstreamClasses } from "../scorers/index.ts";

/** Every scorer by its short name: ours, and those of other people's frameworks. */
export const scorerKinds = { ...ownScorers, ...bridgeScorers } satisfies Catalogue["scorers"];

/** Every way to reach a model, by the class that a registry names. */
export const functionKinds: Catalogue["functions"] = { ...ownFunctions, ...bridgeFunctions };

/** What a registry is checked against. */
export const catalogue: Catalogue = {
  scorers: scorerKinds,
  functions: functionKinds,
  upstream: upstreamClasses,
  prefixes: bridgePrefixes,
};
