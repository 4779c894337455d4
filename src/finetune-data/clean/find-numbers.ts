import { isIPv6 } from "node:net";
import type { Span } from "./find-phones.ts";

/** First digits of those who issue cards, and how long their numbers are. */
const cards =
  /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15})$/;

/** Numbers of cards: of an issuer, and with the right check digit (Luhn; ISO/IEC 7812). */
export function findCards(text: string): Span[] {
  const found: Span[] = [];
  for (const { 0: match, index } of text.matchAll(
    /(?<![\p{L}\p{N}_]|\d[.,-])\d(?:[ \u00a0-]?\d){11,18}(?![\p{L}\p{N}_]|[.,-]\d)/gu,
  )) {
    if (isCard(match.replace(/\D/g, ""))) found.push({ start: index, end: index + match.length });
  }
  return found;
}

function isCard(digits: string): boolean {
  if (!cards.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** Characters of an IBAN, by country: the SWIFT registry. */
const ibanLengths = new Map(
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

/** IBANs of the right length and with the right check digits (ISO 13616, ISO 7064 mod 97-10), also in groups of four. */
export function findIbans(text: string): Span[] {
  const found: Span[] = [];
  for (const { 0: match, index } of text.matchAll(
    /(?<![\p{L}\p{N}_])[A-Za-z]{2}\d{2}(?:[A-Za-z\d]{11,30}|([ \u00a0-])(?:[A-Za-z\d]{4}\1){2,7}[A-Za-z\d]{1,4})/gu,
  )) {
    const length = ibanLengths.get(match.slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    // What stands behind it may look like more of it.
    let end = 0;
    for (let characters = 0; end < match.length && characters < length; end++)
      if (/[A-Za-z\d]/.test(match[end] as string)) characters++;
    const iban = match
      .slice(0, end)
      .replace(/[^A-Za-z\d]/g, "")
      .toUpperCase();
    const next = text[index + end];
    if (iban.length === length && (next === undefined || !/[\p{L}\p{N}_]/u.test(next)) && isIban(iban))
      found.push({ start: index, end: index + end });
  }
  return found;
}

function isIban(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Addresses of machines, but for those that every machine has, and masks. What is called a version is none. */
export function findIps(text: string): Span[] {
  const found: Span[] = [];
  if (!/\d\.\d|:[\da-f]*:/i.test(text)) return found;
  for (const { 0: match, index } of text.matchAll(
    /(?<![\p{L}\p{N}_]|\p{N}[.-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}_]|\.\p{N})/gu,
  )) {
    const bytes = match.split(".");
    const isRight = bytes.every((byte) => Number(byte) <= 255 && (byte.length === 1 || !byte.startsWith("0")));
    const isOwn = /^(?:127\.|0\.|255\.)/.test(match);
    if (
      isRight &&
      !isOwn &&
      !/(?:\bv|version|release|build|firmware|driver)[\s.:=]{0,3}$/i.test(text.slice(Math.max(0, index - 20), index))
    )
      found.push({ start: index, end: index + match.length });
  }
  for (const { 0: match, index } of text.matchAll(
    /(?<![\p{L}\p{N}_:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\p{L}\p{N}_:])/giu,
  )) {
    const groups = match.split(":").filter((group) => group !== "");
    if (groups.length >= 2 && /\d/.test(match) && isIPv6(match)) found.push({ start: index, end: index + match.length });
  }
  return found;
}
