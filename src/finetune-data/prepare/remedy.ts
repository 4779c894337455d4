import type { PrepareRow } from "./prepare-row.ts";

/** Something that is wrong with the rows as a whole, and what would mend it. */
export interface Remedy {
  readonly name: string;
  /** `necessary`: without it the rows cannot be used. `optional`: the model learns better with it. */
  readonly kind: "necessary" | "optional";
  /** What would be done, as a question to a person without its mark: `drop 3 duplicate rows`. */
  readonly says: string;
  apply(rows: readonly PrepareRow[]): PrepareRow[];
}

/** What a check found: a remedy, an error that ends the work, or something to know. */
export type Finding = { readonly remedy: Remedy } | { readonly error: string; readonly name: string } | { readonly note: string };
