import type { ErrorCode } from "../../core/errors.ts";

export type Level = "ok" | "warn" | "fail";

/** What one check found. */
export interface Finding {
  readonly level: Level;
  /** Stable and greppable, subject first: `address.no-v1`. */
  readonly check: string;
  /** One sentence. */
  readonly says: string;
  /** What to do next; absent only when there is nothing to do. */
  readonly next?: string | undefined;
  /** Lines to look at, such as a rendered prompt; white space in them counts. */
  readonly detail?: readonly string[] | undefined;
  /** Of the error behind it. */
  readonly code?: ErrorCode | undefined;
}

/** Findings about one thing: the environment, a model, a registry. */
export interface Subject {
  readonly subject: string;
  readonly findings: readonly Finding[];
}

type Rest = Pick<Finding, "next" | "detail" | "code">;

export const ok = (check: string, says: string, rest: Rest = {}): Finding => ({ level: "ok", check, says, ...rest });
export const warn = (check: string, says: string, next: string, rest: Rest = {}): Finding => ({
  level: "warn",
  check,
  says,
  next,
  ...rest,
});
export const fail = (check: string, says: string, next: string, rest: Rest = {}): Finding => ({
  level: "fail",
  check,
  says,
  next,
  ...rest,
});
