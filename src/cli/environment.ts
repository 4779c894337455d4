import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { redactor } from "../core/redact.ts";

/** Environment variables, and what must not be seen of them. */
export interface Environment {
  /** `.env` of the working directory under the real environment. */
  readonly variables: { readonly [name: string]: string | undefined };
  /** Variables whose values stand in these texts, such as headers, are secrets whatever they are called. */
  hide(texts: readonly string[]): void;
  /** Takes keys, credentials and places of this machine out of a message. */
  redact(text: string): string;
  /** Takes the keys in use out of a whole line; cheap enough for every one. */
  redactLine(line: string): string;
}

const secretName = /key|token|secret|pass|auth|credential/i;

/**
 * Reads the environment. Which variables are secrets shows itself: whatever was asked for under the name of a key is one. Others are left
 * alone, since a password such as `postgres` would be cut out of replies that never held it.
 */
export function readEnvironment(cwd = process.cwd()): Environment {
  const all = { ...dotEnv(cwd), ...process.env };
  const secrets = new Set<string>();
  const variables = new Proxy(all, {
    get(target, name) {
      const value = typeof name === "string" ? target[name] : undefined;
      if (typeof name === "string" && value !== undefined && value.length >= 8 && secretName.test(name)) secrets.add(value);
      return value;
    },
  });
  let escaped: readonly string[] = [];
  let known = 0;
  let made: { of: number; redact: (text: string) => string } | undefined;
  return {
    variables,
    hide(texts) {
      for (const value of Object.values(all)) {
        if (value !== undefined && value.length >= 8 && texts.some((text) => text.includes(value))) secrets.add(value);
      }
    },
    redact(text) {
      if (made?.of !== secrets.size) made = { of: secrets.size, redact: redactor([...secrets], { home: homedir(), cwd }) };
      return made.redact(text);
    },
    redactLine(line) {
      let clean = line;
      if (known !== secrets.size) {
        known = secrets.size;
        escaped = inJson([...secrets]);
      }
      for (const secret of escaped) if (clean.includes(secret)) clean = clean.replaceAll(secret, "[redacted]");
      return clean;
    },
  };
}

/** As they stand in a line of JSON, where quotes and backslashes are escaped; the longest first, since a key may begin with another. */
function inJson(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return [...new Set(forms)].map((form) => JSON.stringify(form).slice(1, -1)).sort((a, b) => b.length - a.length);
}

function dotEnv(cwd: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(join(cwd, ".env"), "utf8"));
  } catch {
    return {};
  }
}
