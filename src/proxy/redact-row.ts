import { homedir } from "node:os";
import type { Bag, Json } from "../core/json.ts";
import { placeholders } from "../core/placeholders.ts";
import { redactor } from "../core/redact.ts";

export interface RowRedactor {
  /** Takes out of a text what must not reach the disk. */
  text(text: string): string;
  /** The JSON of a value with every text in it cleaned; worked out once for each object. */
  json(value: Bag): string;
}

/**
 * For one conversation: the same address has the same placeholder in all of it. Names of functions and of their arguments lose keys
 * alone, so that calls still fit the tools they call.
 *
 * @param secrets values that let somebody in; they go whatever else stays
 * @param all e-mail addresses, phone numbers, embedded files and places of this machine go too
 */
export function rowRedactor(secrets: readonly string[], all: boolean): RowRedactor {
  const withoutSecrets = redactor(secrets);
  const withPlaceholders = all ? placeholders({ home: homedir() }) : (text: string) => text;
  const clean = (text: string) => withPlaceholders(withoutSecrets(text));
  const cleaned = (value: Json, key: string): Json => {
    if (typeof value === "string") return key === "name" ? withoutSecrets(value) : clean(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map((one) => cleaned(one, key));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [withoutSecrets(name), cleaned(one, name)]));
  };
  const known = new WeakMap<Bag, string>();
  return {
    text: clean,
    json(value) {
      const text = known.get(value) ?? JSON.stringify(cleaned(value, ""));
      known.set(value, text);
      return text;
    },
  };
}
