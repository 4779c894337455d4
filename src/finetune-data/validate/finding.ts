import type { Json } from "../../core/json.ts";

/** One thing that is wrong with a row, or worth a look. */
export interface Finding {
  /** Errors make a file unfit; warnings do not. */
  readonly level: "error" | "warning";
  /** Stays the same; counted by. */
  readonly kind: string;
  /** Goes on from the name of the row: `has no content`. */
  readonly says: string;
  /** Of the row, from 1. */
  readonly message?: number;
}

export type Tell = (finding: Finding) => void;

/** What a check calls: an error of this kind. */
export type Fail = (kind: string, says: string) => void;

/** A value of somebody's row, as far as a sentence has room for it. */
export function quoted(value: Json | undefined): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
