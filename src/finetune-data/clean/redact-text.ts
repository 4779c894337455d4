import { emailAddress, pieces } from "../../core/placeholders.ts";
import { findCards, findIbans, findIps } from "./find-numbers.ts";
import { findPhones, type Span } from "./find-phones.ts";
import { findKeys, findLogins, findPrivateKeys } from "./find-secrets.ts";

/** What is looked for. Where two find the same, the earlier one names it. */
const finders = {
  key: findKeys,
  email: (text) => [...text.matchAll(emailAddress)].map(({ 0: found, index }) => ({ start: index, end: index + found.length })),
  iban: findIbans,
  card: findCards,
  phone: findPhones,
  ip: findIps,
} satisfies Record<string, (text: string) => Span[]>;
type PrivateKind = keyof typeof finders | "login";

/** Placeholders for what may tell who somebody is, or let somebody in, in one file. */
export interface Redactor {
  /** The text with `[email-1]` and its like, the same for the same value, numbered as they come. */
  clean(text: string): string;
  /** What stood where each placeholder stands, as it was first written. */
  readonly values: ReadonlyMap<string, string>;
}

/** Numbers and addresses have one of these; nothing else is looked at. */
const mayHave = /[\d@]|-----BEGIN|password|secret|token|api.?key|bearer|sk-|:\/\//i;
const mostRounds = 5;

export function textRedactor(): Redactor {
  const numbers = new Map<string, string>();
  const counts = new Map<PrivateKind, number>();
  const values = new Map<string, string>();
  const placeholder = (kind: PrivateKind, found: string) => {
    const key = `${kind} ${keyOf(kind, found)}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const n = (counts.get(kind) ?? 0) + 1;
    const made = `[${kind}-${n}]`;
    counts.set(kind, n);
    numbers.set(key, made);
    values.set(made, found);
    return made;
  };
  const replaced = (text: string, spans: readonly PrivateSpan[]) => {
    let clean = "";
    let from = 0;
    for (const { kind, start, end } of spans) {
      clean += text.slice(from, start) + placeholder(kind, text.slice(start, end));
      from = end;
    }
    return from === 0 ? text : clean + text.slice(from);
  };
  return {
    values,
    clean(text) {
      if (!mayHave.test(text)) return text;
      let clean = replaced(text, spansOf("key", findPrivateKeys(text)));
      // Before its @ stands a password, and no address.
      clean = replaced(clean, spansOf("login", findLogins(clean)));
      // What stood beside something that is gone may be found now.
      for (let round = 0; round < mostRounds; round++) {
        const before = clean;
        clean = pieces(clean)
          .map((piece) => replaced(piece, privateSpans(piece)))
          .join("");
        if (clean === before) break;
      }
      return clean;
    },
  };
}

interface PrivateSpan extends Span {
  readonly kind: PrivateKind;
}

function spansOf(kind: PrivateKind, spans: readonly Span[]): PrivateSpan[] {
  return spans.map((span) => ({ kind, ...span }));
}

/** No number of a phone, a card or an account has fewer. */
const manyDigits = /(?:\d\D{0,6}){7}/;

/** From front to back; what overlaps is one, so that no rest of either stays. */
function privateSpans(text: string): PrivateSpan[] {
  const isNumbered = manyDigits.test(text);
  const isLooked = (kind: string) => kind === "key" || kind === "ip" || (kind === "email" ? text.includes("@") : isNumbered);
  const all = Object.entries(finders).flatMap(([kind, find], rank) =>
    (isLooked(kind) ? find(text) : []).map((span) => ({ kind: kind as PrivateKind, rank, ...span })),
  );
  const merged: (PrivateSpan & { readonly rank: number })[] = [];
  for (const span of all.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else merged.splice(-1, 1, { ...(span.rank < last.rank ? span : last), start: last.start, end: Math.max(last.end, span.end) });
  }
  return merged;
}

/** The same for two ways to write the same. */
function keyOf(kind: PrivateKind, found: string): string {
  if (kind === "phone")
    return found
      .replace(/^00/, "+")
      .replace(/\(0\)/, "")
      .replace(/[^\d+]/g, "");
  if (kind === "card" || kind === "iban") return found.replace(/[^A-Za-z\d]/g, "").toUpperCase();
  return kind === "email" || kind === "ip" ? found.toLowerCase() : found;
}
