import type { FinegaugeError } from "../../core/errors.ts";
import { proxyFor } from "./access.ts";
import { issuerOf, issuerWanted } from "./check-keys.ts";
import { type Finding, fail } from "./finding.ts";

/** A question that got no reply, and how it was put. */
export interface Failure {
  readonly error: FinegaugeError;
  readonly class: string;
  /** Model or deployment, as the request named it. */
  readonly model: string;
  readonly address: URL | undefined;
  readonly keyName: string | undefined;
  readonly apiVersion: string | undefined;
  readonly timeoutS: number;
  readonly env: { readonly [name: string]: string | undefined };
  /** Takes secrets out of what the server said, before it is cut. */
  redact(text: string): string;
}

/** One cause: how it shows itself, and what to do about it. Only what our own side wrote is shown: a server's words tell causes apart. */
interface Symptom {
  readonly check: string;
  fits(failure: Facts): boolean;
  says(failure: Facts): string;
  next(failure: Facts): string;
}

interface Facts extends Failure {
  /** The message of the error: what we say, then what the server said. */
  readonly said: string;
  readonly status: number | undefined;
  readonly host: string;
  /** Path of the base URL, without the slash at its end. */
  readonly path: string;
  /** Speaks OpenAI's protocol below a base URL. */
  readonly isBased: boolean;
  readonly keyShown: string;
  /** Of the connection: `ECONNREFUSED`. */
  readonly fault: string;
  readonly proxy: string | undefined;
}

const azureHost = /\.(openai\.azure\.(com|us|cn)|cognitiveservices\.azure\.com|services\.ai\.azure\.com)$/;
const knownVersion = /^(\d{4}-\d{2}-\d{2}(-preview)?|v1|preview|latest)$/;
const noSuchModel =
  /\bmodel\b.{0,200}?(not found|does not exist|do not have access|not exist|unknown|invalid model)|no such model|unknown model/i;
const refused = new Set(["ECONNREFUSED"]);
const nameless = new Set(["ENOTFOUND", "EAI_AGAIN"]);
const silent = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);
/** Where the address of a model of this class is written. */
const baseUrl = ({ class: name }: Pick<Failure, "class">) =>
  name === "openai" ? "base_url (or OPENAI_BASE_URL)" : "its url, in the registry";

/** The first that fits is the cause. */
const symptoms: readonly Symptom[] = [
  {
    check: "address.doubled-v1",
    fits: ({ status, path, isBased }) => isBased && status === 404 && /\/v1\/.*v1$/.test(path),
    says: ({ host }) => `the base URL of ${host} has /v1 twice`,
    next: (facts) => `write it once in ${baseUrl(facts)}`,
  },
  {
    check: "address.endpoint",
    fits: ({ status, path, isBased }) =>
      isBased && (status === 404 || status === 405) && /\/(completions|responses|models)$/.test(path),
    says: ({ host }) => `the base URL of ${host} names an endpoint, and the endpoint's path is put behind it again`,
    next: (facts) => `leave out /chat/completions in ${baseUrl(facts)}`,
  },
  {
    check: "address.azure-openai",
    fits: ({ status, path, isBased, host, said }) =>
      isBased &&
      status === 404 &&
      !/\/openai(\/|$)/.test(path) &&
      (azureHost.test(hostname(host)) || /\(404\): Resource not found/.test(said)),
    says: ({ host }) => `${host} answers as an Azure resource, and the base URL lacks /openai`,
    next: () => "use class azure with the deployment's name, or let the base URL end in /openai/v1",
  },
  {
    check: "azure.deployment",
    fits: ({ class: name, status, said, error }) =>
      name === "azure" && status === 404 && (/API deployment/i.test(said) || /has no deployment/.test(error.more.hint ?? "")),
    says: ({ host, model }) => `${host} has no deployment "${model}"`,
    next: () => "give the deployment's own name, not the model's; one made just now takes 5 minutes",
  },
  {
    check: "azure.api-version",
    fits: ({ class: name, status, said, apiVersion = "" }) =>
      name === "azure" &&
      (status === 400 || status === 404) &&
      (/api[- ]?version/i.test(afterColon(said)) || !knownVersion.test(apiVersion)),
    says: ({ host, apiVersion = "" }) => `${host} does not know api_version "${apiVersion}"`,
    next: () => "take one that Azure lists, such as 2024-10-21",
  },
  {
    check: "azure.address",
    fits: ({ class: name, status }) => name === "azure" && status === 404,
    says: ({ host, apiVersion = "" }) =>
      `${host} has no such address: it is no Azure OpenAI resource, or does not know api_version "${apiVersion}"`,
    next: () =>
      "copy the endpoint from the resource's page (https://<resource>.openai.azure.com), and take api_version 2024-10-21",
  },
  {
    check: "model.unknown",
    fits: ({ status, said }) => (status === 404 || status === 400) && noSuchModel.test(afterColon(said)),
    says: ({ host, model }) => `${host} has no model "${model}", or this key may not use it`,
    next: () =>
      "check the spelling and the key's project; a fine-tune's name begins with ft:, Ollama's models have to be pulled first",
  },
  {
    check: "address.no-v1",
    fits: ({ status, said, path, isBased }) => isBased && (status === 404 || isPage(said)) && !/\/v\d[a-z0-9]*(\/|$)/.test(path),
    says: ({ host, said }) =>
      `${host} ${isPage(said) ? "answers with a web page" : "knows no such address"}, and the base URL does not end in /v1`,
    next: (facts) => `put /v1 at the end of ${baseUrl(facts)}`,
  },
  {
    check: "address.page",
    fits: ({ said }) => isPage(said),
    says: ({ host }) => `${host} answers with a web page in place of JSON`,
    next: (facts) =>
      `check ${baseUrl(facts)}: it is the API's address, not that of its site, and a login page may stand before it`,
  },
  {
    check: "address.wrong",
    fits: ({ status }) => status === 404 || status === 405,
    says: ({ host, model, status }) => `${host} knows neither this address nor the model "${model}" (${status})`,
    next: (facts) => `check the model's name and ${baseUrl(facts)}`,
  },
  {
    check: "key.other",
    fits: (facts) => isDenied(facts) && otherIssuer(facts) !== undefined,
    says: (facts) => `${facts.host} refuses the key in ${facts.keyShown}: it looks like a key of ${otherIssuer(facts)}`,
    next: (facts) => `put a key of ${wantedIssuer(facts)} into ${facts.keyShown}`,
  },
  {
    check: "network.region",
    fits: ({ status, said }) => status === 403 && /country|region|territory/i.test(afterColon(said)),
    says: ({ host }) => `${host} does not serve the country or region that this machine asks from`,
    next: () => "ask from a supported region, or use another provider",
  },
  {
    check: "network.firewall",
    fits: ({ status, said }) =>
      status === 403 && /firewall|virtual network|public access|private endpoint|ip address/i.test(afterColon(said)),
    says: ({ host }) => `a firewall of ${host} keeps this machine out`,
    next: () => "have its network rules admit this address, or run inside its network",
  },
  {
    check: "key.refused",
    fits: ({ status }) => status === 401,
    says: ({ host, keyShown, class: name }) =>
      `${host} refuses the key in ${keyShown}${name === "azure" ? ", or it belongs to another resource" : ""}`,
    next: ({ keyShown, keyName, class: name }) => {
      if (keyName === undefined) return "name the variable that holds the server's key with api_key_env";
      return name === "azure"
        ? `take key and endpoint from one resource's page, and set ${keyShown}`
        : `make a new key, and set ${keyShown} to it`;
    },
  },
  {
    check: "key.forbidden",
    fits: ({ status }) => status === 403,
    says: ({ host, keyShown, model }) => `${host} takes the key in ${keyShown}, but lets it not use "${model}" (403)`,
    next: () => "give the key's project or role access to the model, or take another key",
  },
  {
    check: "quota.spent",
    fits: ({ error, said }) => error.code === "provider.rate" && /no quota left/.test(said),
    says: ({ host, keyShown }) => `the quota behind ${keyShown} at ${host} is used up`,
    next: () => "look at plan and billing there; waiting does not help",
  },
  {
    check: "quota.rate",
    fits: ({ error }) => error.code === "provider.rate",
    says: ({ host }) => `${host} asks for fewer requests (429) at the very first one`,
    next: () => "wait a minute; if it stays so, others use the same quota, or it is 0 for this model",
  },
  {
    check: "network.proxy",
    fits: ({ error, proxy }) => proxy !== undefined && (error.code === "provider.unreachable" || error.more.status === 407),
    says: ({ host, proxy, fault }) => `${host} is not reached through the proxy in ${proxy}${fault === "" ? "" : ` (${fault})`}`,
    next: ({ proxy, host }) => `check ${proxy}, its port and its credentials, or put ${hostname(host)} into NO_PROXY`,
  },
  {
    check: "network.refused",
    fits: ({ error, fault }) => error.code === "provider.unreachable" && refused.has(fault),
    says: ({ host }) => `nobody listens at ${host}`,
    next: () => "start the server, or check host and port",
  },
  {
    check: "network.dns",
    fits: ({ error, fault }) => error.code === "provider.unreachable" && nameless.has(fault),
    says: ({ host, fault }) => (fault === "ENOTFOUND" ? `there is no host ${host}` : `no name server answers for ${host}`),
    next: ({ class: name }) =>
      name === "azure"
        ? "check the resource's name in endpoint (AZURE_OPENAI_ENDPOINT), and the network"
        : "check the host's name, and the network",
  },
  {
    check: "network.plain-http",
    fits: ({ error, fault }) => error.code === "provider.unreachable" && /^ERR_SSL_(WRONG_VERSION|PACKET_LENGTH)/.test(fault),
    says: ({ host }) => `${host} speaks plain HTTP, and https:// was asked for`,
    next: () => "write http:// in the address",
  },
  {
    check: "network.certificate",
    fits: ({ error, fault }) =>
      error.code === "provider.unreachable" && /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH/.test(fault),
    says: ({ host, fault }) => `the certificate of ${host} is not trusted (${fault})`,
    next: () => "export NODE_EXTRA_CA_CERTS=<file> with the certificate of your company's proxy or of the server",
  },
  {
    check: "network.silent",
    fits: ({ error, fault }) => error.code === "provider.unreachable" && silent.has(fault),
    says: ({ host, fault }) => `nobody answers at ${host} (${fault})`,
    next: () => "check the address and the firewall; behind a company's proxy set HTTPS_PROXY",
  },
  {
    check: "server.loading",
    fits: ({ said }) => /did not load its model in/.test(said),
    says: ({ host, timeoutS }) => `${host} is still loading its model after ${timeoutS} s`,
    next: () => "try again in a minute, or wait longer with --timeout",
  },
  {
    check: "network.timeout",
    fits: ({ error }) => error.code === "provider.timeout",
    says: ({ host, timeoutS }) => `${host} took the request, and did not answer in ${timeoutS} s`,
    next: () => "try again with a longer --timeout; a server that loads its model first is slow once",
  },
  {
    check: "address.no-http",
    fits: ({ said }) => /did not answer in HTTP/.test(said),
    says: ({ host }) => `whatever listens at ${host} does not speak HTTP`,
    next: () => "check the port; and whether it is http:// or https://",
  },
  {
    check: "address.redirect",
    fits: ({ status = 0 }) => status >= 300 && status < 400,
    says: ({ host, status }) => `${host} redirects elsewhere (${status}), and a redirected request is not followed`,
    next: ({ error }) => error.more.hint ?? "use the address that it points to",
  },
  {
    check: "server.down",
    fits: ({ error }) => error.code === "provider.server",
    says: ({ host, status }) => `${host} has a fault of its own (${status})`,
    next: () => "try again in a minute; look at the server's log or its status page",
  },
];

/** Why a question got no reply, in a sentence of its own for each cause, and what to do next. */
export function explainFailure(failure: Failure): Finding {
  const facts = factsOf(failure);
  const { error } = failure;
  const symptom = symptoms.find((one) => one.fits(facts));
  const more = { code: error.code };
  if (symptom !== undefined) return fail(symptom.check, symptom.says(facts), symptom.next(facts), { ...more, ...heard(facts) });
  const next = error.more.hint ?? `see ${error.code} in docs/errors.md`;
  return fail(`model.${error.code.split(".")[1] ?? "failed"}`, facts.said, next, more);
}

function factsOf(failure: Failure): Facts {
  const { error, address, keyName, env } = failure;
  const said = error.message;
  return {
    ...failure,
    said,
    status: error.more.status,
    host: address?.host ?? "the server",
    path: address?.pathname.replace(/\/+$/, "") ?? "",
    isBased: failure.class === "openai" || failure.class === "http",
    keyShown: keyName ?? "the request",
    // Of a connection that failed the message is all ours, so that no server can put a word into it.
    fault: error.code === "provider.unreachable" ? (/\(([A-Z][A-Z0-9_]+)\)/.exec(said)?.[1] ?? "") : "",
    proxy: proxyFor(address, env),
  };
}

/** What the server said, for whoever wants its own words. */
function heard({ said, error, redact }: Facts): Pick<Finding, "detail"> {
  const words = error.more.status === undefined ? "" : afterColon(said).trim();
  return words === "" ? {} : { detail: [`it said: ${redact(words).replace(/\s+/g, " ").slice(0, 240)}`] };
}

/** A server's words begin behind the first colon that a space follows. */
function afterColon(said: string): string {
  const at = said.indexOf(": ");
  return at < 0 ? "" : said.slice(at + 2);
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, "");
}

function isPage(said: string): boolean {
  return /sent no valid JSON \(text\/html/.test(said);
}

function isDenied({ status }: Facts): boolean {
  return status === 401 || status === 403;
}

function otherIssuer(facts: Facts): string | undefined {
  const { keyName, env } = facts;
  const key = keyName === undefined ? undefined : env[keyName]?.trim();
  const issuer = key === undefined ? undefined : issuerOf(key);
  const wanted = wantedIssuer(facts);
  return issuer !== undefined && wanted !== undefined && issuer !== wanted ? issuer : undefined;
}

/** A gateway may take anybody's keys; one that refuses a key under OpenAI's class wants OpenAI's. */
function wantedIssuer({ class: name, address }: Facts): string | undefined {
  return issuerWanted(name, address) ?? (name === "openai" ? "OpenAI" : undefined);
}
