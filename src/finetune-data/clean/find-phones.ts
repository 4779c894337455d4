/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const lead = String.raw`(?<![\p{L}\p{N}_]|[\p{N}][.,:/-]|[+#=-])`;
const follow = String.raw`(?![\p{L}\p{N}_]|[.,:/-]\p{N})`;
const sep = String.raw`[ \u00a0./-]{0,2}`;

/** With a country, or the trunk's 0, or in the shape that a country gives to its numbers. `digits` says how many are right. */
const shapes: readonly { readonly pattern: RegExp; readonly digits: readonly [number, number]; readonly isLoose?: true }[] = [
  // +49 (0) 30 901820, 00 49 30 901820
  {
    pattern: new RegExp(`${lead.replace("+", "")}\\+\\d(?:[ \\u00a0./-]{0,2}(?:\\(\\d{1,4}\\)|\\d)){6,16}${follow}`, "gu"),
    digits: [7, 16],
  },
  {
    pattern: new RegExp(`${lead}(?<!\\d[ ])00[ ]?[1-9](?:${sep}(?:\\(\\d{1,4}\\)|\\d)){7,14}${follow}`, "gu"),
    digits: [11, 17],
    isLoose: true,
  },
  // (030) 901820, (415) 555-2671, (11) 91234-5678
  { pattern: new RegExp(`${lead}(?:1[ .-]?)?\\(\\d{2,5}\\)${sep}\\d(?:${sep}\\d){4,9}${follow}`, "gu"), digits: [8, 12] },
  // 415-555-2671, 1 415 555 2671
  { pattern: new RegExp(`${lead}(?:1[ .-])?\\d{3}([ .-])\\d{3}\\1\\d{4}${follow}`, "gu"), digits: [10, 11] },
  // 030 901820, 06 12 34 56 78, 0171/1234567, 020 7946 0958, 03-1234-5678
  { pattern: new RegExp(`${lead}0[1-9](?:${sep}\\d){7,9}${follow}`, "gu"), digits: [9, 11], isLoose: true },
  // 98765 43210 (India), 138 1234 5678 (China)
  {
    pattern: new RegExp(`${lead}(?:[6-9]\\d{4}[ -]\\d{5}|1[3-9]\\d([ -])\\d{4}\\1\\d{4})${follow}`, "gu"),
    digits: [10, 11],
    isLoose: true,
  },
];

/** Digits alone, or in groups that other numbers have as well: a phone number where it is said to be one. */
const said = new RegExp(
  String.raw`(?<=(?:\b(?:phone|tel|telephone|telefon|téléphone|teléfono|telefone|mobile?|mobil|handy|fax|whatsapp|call|sms|anrufen|rufnummer)\b|☎|📞)(?:\s?(?:me|us|him|her|at|on|no|nr|number|is|was|unter|au|al|ist)){0,4}[\s.:#-]{0,3})(?<!\p{N})\d(?:${sep}\d){6,14}${follow}`,
  "giu",
);

/** What has numbers that are none of phones, said right before them. */
const otherwise =
  /(?:order|invoice|ticket|case|ref|reference|sku|isbn|issn|part|serial|version|release|build|account|customer|transaction|tracking|bestellung|rechnung|kunde|id|nr|no|number|nummer|#|№)\s?(?:id|nr|no|number|nummer|#|№|is)?[\s.:#=-]{0,3}$/i;

/**
 * Phone numbers, of many countries: those with a country or a trunk's 0, those in a shape of their country's, and others where they are
 * said to be phone numbers. No versions, dates, times, order numbers, amounts, or addresses of machines.
 */
export function findPhones(text: string): Span[] {
  const found: Span[] = [];
  for (const { pattern, digits, isLoose } of shapes) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const count = match.replace(/\D/g, "").length;
      if (count < digits[0] || count > digits[1] || isDate(match)) continue;
      if (isLoose && otherwise.test(text.slice(Math.max(0, index - 40), index))) continue;
      found.push({ start: index, end: index + match.length });
    }
  }
  for (const { 0: match, index } of text.matchAll(said)) {
    if (!isDate(match)) found.push({ start: index, end: index + match.length });
  }
  return found;
}

/** `05.03.2024`, `2024-03-05 10`; and not `06.12.34.56.78`. */
function isDate(text: string): boolean {
  return /^\(?(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([./-])\d{1,2}\2\d{1,2})(?![./-]?\d)/.test(text);
}
