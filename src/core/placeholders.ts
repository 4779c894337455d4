import { redactor } from "./redact.ts";

/** Numbers what it sees: the same text has the same number in the whole report or conversation. */
type Numbering = (kind: string, found: string) => string;

/** E-mail addresses. A word is tried once, from its start: text without any takes no longer than its length. */
export const emailAddress = /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}/gu;

/** What may be a phone number; `isPhone` decides. */
const phone = /(?<![\p{L}\p{N}_.+-])(?:\+|\()?\d(?:[ ()./-]{0,2}\d){6,18}(?![\p{L}\p{N}_-])/gu;

/** Long runs of letters and digits: tokens, session ids, keys of makers that nobody has listed. */
export const longToken = /(?<![A-Za-z0-9_])[A-Za-z0-9_]{32,}/g;

/**
 * Takes out of a text what may tell who somebody is, or let somebody in: keys, e-mail addresses, phone numbers, embedded files. Each is
 * replaced by a name such as `[email-1]`, the same for the same address in every text that the function is given.
 *
 * Patterns cannot find names of people or of streets: whoever mails a report has to look at it.
 */
export function placeholders(folders: { home?: string; cwd?: string } = {}): (text: string) => string {
  const withoutSecrets = redactor([], folders);
  const number = numbering();
  return (text) => pieces(withoutFiles(text)).map(cleanPiece).join("");

  function cleanPiece(text: string): string {
    const clean = withoutSecrets(text)
      .replace(emailAddress, (found) => number("email", found.toLowerCase()))
      .replace(longToken, (found) => (/\d/.test(found) && /[A-Za-z]/.test(found) ? number("key", found) : found));
    return clean.replace(phone, (found) => (isPhone(found) ? number("phone", found.replace(/\D/g, "")) : found));
  }
}

const fileStart = /data:[\w.+-]{1,80}\/[\w.+-]{1,80};base64,/g;

/** Without the content of `data:` URLs: what a picture shows cannot be looked through. */
function withoutFiles(text: string): string {
  let clean = "";
  let from = 0;
  for (const { index, 0: start } of text.matchAll(fileStart)) {
    if (index < from) continue;
    let end = index + start.length;
    while (end < text.length && /[\w+/=-]/.test(text.charAt(end))) end++;
    clean += `${text.slice(from, index)}[file]`;
    from = end;
  }
  return from === 0 ? text : clean + text.slice(from);
}

const pieceLength = 32_768;

/** Cuts a long text where a line or a word ends: a pattern that runs on for megabytes takes more stack than there is. */
export function pieces(text: string): readonly string[] {
  if (text.length <= pieceLength) return [text];
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const most = text.slice(from, from + pieceLength);
    const last = from + most.length === text.length;
    const end = last ? most.length : most.lastIndexOf("\n") + 1 || most.lastIndexOf(" ") + 1 || most.length;
    found.push(most.slice(0, end));
    from += end;
  }
  return found;
}

function numbering(): Numbering {
  const seen = new Map<string, Map<string, number>>();
  return (kind, found) => {
    const known = seen.get(kind) ?? new Map<string, number>();
    seen.set(kind, known);
    const n = known.get(found) ?? known.size + 1;
    known.set(found, n);
    return `[${kind}-${n}]`;
  };
}

/** Dates, versions and addresses of machines have digits and separators too. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (digits.length > 15) return false;
  if (/^\d{4}([-/.])\d{1,2}\1\d{1,2}\b/.test(text) || /^\d{1,2}([-/.])\d{1,2}\1\d{4}\b/.test(text)) return false;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^\d+\.\d+$/.test(text)) return false;
  if (/^[+(0]/.test(text)) return digits.length >= 7;
  // Bare digits are mostly counts and identifiers, unless they are as long as a number with its country.
  return /\D/.test(text) ? digits.length >= 9 : digits.length >= 10;
}
