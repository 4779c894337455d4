import { stripVTControlCharacters } from "node:util";
import { withoutControls } from "../table.ts";
import type { Subject } from "./finding.ts";

/** No prompt that is looked at by a person is longer, and no sentence. */
const longest = { detail: 4000, sentence: 800 };

/** Findings without secrets, and without anything that moves a cursor or speaks to a CI: servers and files have a say in them. */
export function cleanSubjects(subjects: readonly Subject[], redact: (text: string) => string): Subject[] {
  const clean = (text: string, most = longest.sentence) => {
    const safe = withoutControls(stripVTControlCharacters(redact(text)));
    return safe.length <= most ? safe : `${safe.slice(0, most)}… (${safe.length - most} characters more)`;
  };
  return subjects.map(({ subject, findings }) => ({
    subject: clean(subject),
    findings: findings.map(({ says, next, detail, ...rest }) => ({
      ...rest,
      says: clean(says),
      ...(next !== undefined && { next: clean(next) }),
      ...(detail !== undefined && { detail: detail.slice(0, 60).map((line) => clean(line, longest.detail)) }),
    })),
  }));
}
