import type { Access } from "./access.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

type Env = { readonly [name: string]: string | undefined };

/** Whose keys begin so. */
const issuers: readonly (readonly [RegExp, string])[] = [
  [/^sk-ant-/, "Anthropic"],
  [/^sk-or-/, "OpenRouter"],
  [/^sk-/, "OpenAI"],
  [/^AIza/, "Google"],
  [/^gsk_/, "Groq"],
  [/^hf_/, "Hugging Face"],
  [/^xai-/, "xAI"],
  [/^gh[pousr]_|^github_pat_/, "GitHub"],
  [/^[0-9a-f]{32}$|JQQJ99/, "Azure"],
];

/** Who seems to have issued a key; undefined = it looks like nobody's in particular. */
export function issuerOf(key: string): string | undefined {
  return issuers.find(([pattern]) => pattern.test(key))?.[1];
}

/** Whose keys a class takes, where that is sure: a gateway may take any. */
export function issuerWanted(className: string, address: URL | undefined): string | undefined {
  const host = address?.hostname ?? "";
  if (className === "azure" || /\.(azure\.com|azure\.us|azure\.cn)$/.test(host)) return "Azure";
  return className === "openai" && host === "api.openai.com" ? "OpenAI" : undefined;
}

/** Which variables a model needs, and whether they are set: never what they hold, nor how long that is. */
export function checkKeys(className: string, access: Access, env: Env): Finding[] {
  const { keyName, address, variables } = access;
  const missing = variables.filter(({ name, required }) => required && !env[name]?.trim());
  return [
    ...(keyName === undefined ? [] : [keyFinding(keyName, env[keyName], issuerWanted(className, address))]),
    ...missing.map(({ name, for: what }) =>
      fail("key.variable", `${name} is not set: it gives ${what}`, `export ${name}=… or put it into .env`),
    ),
  ];
}

function keyFinding(name: string, value: string | undefined, wanted: string | undefined): Finding {
  const key = value?.trim();
  if (!key)
    return fail("key.missing", `${name} is not set`, `export ${name}=… or put it into .env`, { code: "model.key-missing" });
  if (/^(["'`]).*\1$/.test(key))
    return fail("key.quoted", `what ${name} holds stands in quotes, which are sent too`, `set ${name} again, without the quotes`);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const next = `look for spaces, line breaks and typographic quotes in ${name}`;
    return fail("key.unusable", `what ${name} holds cannot be a key`, next, { code: "model.key-missing" });
  }
  const issuer = issuerOf(key);
  if (wanted !== undefined && issuer !== undefined && issuer !== wanted)
    return warn(
      "key.other",
      `${name} is set, but looks like a key of ${issuer}; ${wanted} is to be asked`,
      `put a key of ${wanted} into ${name}`,
    );
  return ok("key", `${name} is set`);
}
