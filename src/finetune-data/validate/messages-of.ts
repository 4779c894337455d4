import { type Bag, isBag, type Json } from "../../core/json.ts";

/** A message that is no object is one without keys. @returns undefined when there are none */
export function messagesOf(value: Json | undefined): readonly Bag[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages = value as readonly Json[];
  return messages.every(isBag) ? (messages as readonly Bag[]) : messages.map((one) => (isBag(one) ? one : {}));
}

/** There, and neither empty nor null. */
export function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
