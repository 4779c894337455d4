import { FinegaugeError } from "../../core/errors.ts";
import { near } from "../near.ts";
import { type Finding, fail } from "./finding.ts";

/** An error for users as a finding: what, where, what to do next. Anything else that was thrown is thrown on. */
export function errorFinding(check: string, error: unknown): Finding {
  if (!(error instanceof FinegaugeError)) throw error;
  const { where, hint, nearest = [] } = error.more;
  const place =
    where === undefined
      ? ""
      : ` (${[near(where.file), where.line, where.column].filter((part) => part !== undefined).join(":")})`;
  const meant = nearest.length === 0 ? undefined : `did you mean ${nearest.map((name) => `"${name}"`).join(" or ")}?`;
  const next = [meant, hint].filter((part) => part !== undefined).join(" ");
  return fail(check, `${error.message}${place}`, next === "" ? `docs/errors.md has more on ${error.code}` : next, {
    code: error.code,
  });
}
