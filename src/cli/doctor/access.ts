import type { Bag } from "../../core/json.ts";

type Env = { readonly [name: string]: string | undefined };

/** How a model is reached: what of it comes from the environment. */
export interface Access {
  /** Without it nothing can be asked; undefined = none is wanted. */
  readonly keyName: string | undefined;
  /** Where it is asked, when that can be told. May hold a secret: its parts are shown, never the whole. */
  readonly address: URL | undefined;
  readonly apiVersion: string | undefined;
  /** Other variables that are read when an argument is left out. */
  readonly variables: readonly { readonly name: string; readonly for: string; readonly required: boolean }[];
}

export function accessOf(className: string, args: Bag, env: Env): Access {
  const text = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined);
  const urlOf = (value: unknown) => {
    const address = text(value);
    return address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  };
  const none = { address: undefined, apiVersion: undefined, variables: [] };
  const keyName = text(args.api_key_env);
  switch (className) {
    case "openai":
      return {
        ...none,
        keyName: keyName ?? "OPENAI_API_KEY",
        address: urlOf(args.base_url) ?? urlOf(env.OPENAI_BASE_URL) ?? new URL("https://api.openai.com/v1"),
      };
    case "azure":
      return {
        keyName: keyName ?? "AZURE_OPENAI_API_KEY",
        address: urlOf(args.endpoint) ?? urlOf(env.AZURE_OPENAI_ENDPOINT),
        apiVersion: text(args.api_version) ?? text(env.OPENAI_API_VERSION),
        variables: [
          ...(args.endpoint === undefined
            ? [{ name: "AZURE_OPENAI_ENDPOINT", for: "the resource's address", required: true }]
            : []),
          ...(args.api_version === undefined ? [{ name: "OPENAI_API_VERSION", for: "the API version", required: true }] : []),
        ],
      };
    case "http":
    case "llama-server":
      return { ...none, keyName, address: urlOf(args.url) };
    default:
      return { ...none, keyName };
  }
}

/** The variable with the proxy that requests to this address go through. */
export function proxyFor(address: URL | undefined, env: Env): string | undefined {
  if (address === undefined || /^(localhost|127\.|\[::1\])/.test(address.hostname)) return undefined;
  const names =
    address.protocol === "https:" ? ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  return names.find((name) => env[name]);
}
