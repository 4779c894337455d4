import { redactor } from "../../core/redact.ts";
import type { Environment } from "../environment.ts";

/** What must not be seen, beyond what the environment knows of itself: keys under any name, and what addresses carry. */
export interface SecretKeeper {
  /** The variable's value is a secret, whatever it is called. */
  hideVariable(name: string): void;
  /** What stands behind the `?` of an address, and credentials in it. */
  hideAddress(address: URL): void;
  /** Before a text is cut: half a key is a leak too. */
  redact(text: string): string;
}

export function keepSecrets(environment: Environment): SecretKeeper {
  const secrets = new Set<string>();
  return {
    hideVariable(name) {
      const value = environment.variables[name]?.trim();
      if (value) secrets.add(value);
    },
    hideAddress({ searchParams, password, hash }) {
      for (const text of [...searchParams.values(), decodeURIComponent(password), hash.slice(1)])
        if (text !== "") secrets.add(text);
    },
    redact: (text) => redactor([...secrets])(environment.redact(text)),
  };
}
