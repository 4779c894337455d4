import type { Catalogue } from "../core/catalogue.ts";

export type { ConvertedEval } from "./promptfoo/config/convert.ts";
export type { Left } from "./promptfoo/config/left.ts";
export { shownProvider } from "./promptfoo/provider-id.ts";

/** Other people's frameworks as completion functions; a file is loaded when its class is used. */
export const bridgeFunctions = {
  promptfoo: async () => (await import("./promptfoo/provider.ts")).promptfooProvider,
} satisfies Catalogue["functions"];

/** The same as scorers. */
export const bridgeScorers = {
  promptfoo: async () => (await import("./promptfoo/assertion.ts")).promptfooAssertion,
} satisfies Catalogue["scorers"];

/** `promptfoo:equals` is the kind `promptfoo` with this argument. */
export const bridgePrefixes = { promptfoo: "type" } satisfies Catalogue["prefixes"];

/** Reading promptfoo's configs: loaded when one is imported. */
export async function openPromptfooConfigs() {
  const [{ convert, slug }, { shownPath }, { convertProviders }, { isPromptfooConfig, readConfig }] = await Promise.all([
    import("./promptfoo/config/convert.ts"),
    import("./promptfoo/config/left.ts"),
    import("./promptfoo/config/providers.ts"),
    import("./promptfoo/config/read-config.ts"),
  ]);
  return { convert, convertProviders, isPromptfooConfig, readConfig, shownPath, slug };
}
