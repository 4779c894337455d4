import { stripVTControlCharacters } from "node:util";
import type { Environment } from "../environment.ts";
import { withoutControls } from "../table.ts";
import type { Subject } from "./finding.ts";

/** Findings without secrets, and without anything that moves a cursor or speaks to a CI: servers and files have a say in them. */
export function cleanSubjects(subjects: readonly Subject[], environment: Pick<Environment, "redact">): Subject[] {
  const clean = (text: string) => withoutControls(stripVTControlCharacters(environment.redact(text)));
  return subjects.map(({ subject, findings }) => ({
    subject: clean(subject),
    findings: findings.map(({ says, next, detail, ...rest }) => ({
      ...rest,
      says: clean(says),
      ...(next !== undefined && { next: clean(next) }),
      ...(detail !== undefined && { detail: detail.map(clean) }),
    })),
  }));
}
