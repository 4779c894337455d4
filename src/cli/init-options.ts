import type { CommonOptions } from "./context.ts";
import type { InitDataOptions } from "./init-data.ts";

/** What `init` and `init ci` take. */
export interface InitOptions extends CommonOptions, InitDataOptions {
  readonly from?: string;
  readonly name?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly model?: string;
  readonly eval?: readonly string[];
  readonly baseline?: string;
  readonly install?: string;
  readonly keyEnv?: readonly string[];
}
