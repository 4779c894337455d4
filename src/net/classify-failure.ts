import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { Reply } from "./exchange.ts";
import { type Problem, readProblem } from "./problem.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Target } from "./target.ts";
import { TransportError } from "./transport-error.ts";

const again = { retry: {} };

/**
 * The error for users behind a request that got no whole reply. `retry` in it means: the same request may be sent again.
 *
 * @param thrown what the transport rejected with
 */
export function connectionFailure(thrown: unknown, target: Target): FinegaugeError {
  const { origin } = target;
  if (!(thrown instanceof TransportError)) throw thrown;
  const { cause } = thrown;
  switch (thrown.fault) {
    case "stopped":
      return new FinegaugeError("run.interrupted", `the request to ${origin} was stopped`, { cause });
    case "deadline":
      return new FinegaugeError("provider.timeout", `${origin} did not finish its reply in time`, {
        hint: "raise `timeout_s`, or lower --concurrency",
        cause,
        ...again,
      });
    case "too-large":
      return new FinegaugeError("provider.reply", `${origin} sent more than a reply may hold`, { hint: "set max_tokens", cause });
    case "connection":
      return brokenConnection(codeOf(cause), thrown.answered, cause, target);
  }
}

function brokenConnection(code: string, answered: boolean, cause: unknown, target: Target): FinegaugeError {
  const { origin } = target;
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new FinegaugeError("provider.timeout", `${origin} fell silent`, { hint: "raise `timeout_s`", cause, ...again });
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return new FinegaugeError("provider.reply", `${origin} sent headers that are too long`, { cause });
  }
  if (answered) {
    return new FinegaugeError("provider.reply", `${origin} broke its reply off (${code})`, { cause, ...again });
  }
  if (code === "HTTPParserError" || code.startsWith("HPE_")) {
    const hint = "is this an HTTP server, and is it http or https?";
    return new FinegaugeError("provider.reply", `${origin} did not answer in HTTP (${code})`, { hint, cause, ...again });
  }
  const tls = tlsHint(code);
  if (tls !== undefined) {
    return new FinegaugeError("provider.unreachable", `no secure connection to ${origin} (${code})`, { hint: tls, cause });
  }
  if (code === "UND_ERR_INVALID_ARG") {
    const message = `a request to ${origin} cannot be sent: ${target.clean(messageOf(cause))}`;
    return new FinegaugeError("provider.rejected", message, { hint: "look for a line break in the key or in `headers`", cause });
  }
  const found = unreachable[code];
  const message = found === undefined ? `no connection to ${origin} (${code})` : `${found.says} ${origin} (${code})`;
  return new FinegaugeError("provider.unreachable", message, { hint: found?.hint ?? "is it running?", cause, ...again });
}

const typo = "check the host name and the network";

const unreachable: { readonly [code: string]: { readonly says: string; readonly hint: string } } = {
  ECONNREFUSED: { says: "nobody listens at", hint: "start the server, or check the port" },
  ENOTFOUND: { says: "there is no host for", hint: typo },
  EAI_AGAIN: { says: "no name server answers for", hint: typo },
  UND_ERR_CONNECT_TIMEOUT: { says: "nobody answers at", hint: "check the address, a firewall, or HTTPS_PROXY" },
  ETIMEDOUT: { says: "nobody answers at", hint: "check the address, a firewall, or HTTPS_PROXY" },
  ECONNRESET: { says: "the connection was closed by", hint: "it may be overloaded: lower --concurrency" },
  EPIPE: { says: "the connection was closed by", hint: "it may be overloaded: lower --concurrency" },
  // A kept connection that the server closed just as we used it.
  UND_ERR_SOCKET: { says: "the connection was closed by", hint: "it may be overloaded: lower --concurrency" },
};

function tlsHint(code: string): string | undefined {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return "the server speaks plain HTTP: write http:// instead of https://";
  }
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH/.test(code);
  if (certificate) return "trust the server's certificate with NODE_EXTRA_CA_CERTS=<file>";
  return /^ERR_(?:SSL|TLS)_/.test(code) ? "check the server's TLS settings" : undefined;
}

/** undici's and Node's codes; of several addresses tried in turn, the first one's. */
function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "unknown";
  if ("code" in cause && typeof cause.code === "string" && cause.code !== "") return cause.code;
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  if ("cause" in cause && cause.cause !== undefined) return codeOf(cause.cause);
  return cause instanceof Error ? cause.name : "unknown";
}

/**
 * The error for users behind a reply that is no success. `x-should-retry` decides where the server sends it.
 *
 * @param problem of the reply's body, when it is already read
 */
export function rejection(reply: Reply, target: Target, problem: Problem = readProblem(reply.body)): FinegaugeError {
  const { status } = reply;
  const verdict = judge(reply, problem, target);
  const should = reply.header("x-should-retry");
  const retry = should === "true" || (should !== "false" && verdict.retry);
  const after_ms = retry ? retryAfterMs((name) => reply.header(name), Date.now(), problem.message) : undefined;
  const said = problem.message === "" ? "" : `: ${target.clean(problem.message)}`;
  return new FinegaugeError(verdict.code, `${target.origin} ${verdict.says}${said}`, {
    status,
    hint: target.hint?.(status, problem) ?? verdict.hint,
    ...(retry && { retry: { after_ms } }),
  });
}

interface Verdict {
  readonly code: "provider.rate" | "provider.server" | "provider.auth" | "provider.rejected" | "provider.context-exceeded";
  readonly says: string;
  readonly retry: boolean;
  readonly hint?: string | undefined;
}

const contextCodes = new Set(["context_length_exceeded", "exceed_context_size_error", "string_above_max_length"]);
// vLLM and others give no code of their own.
const tooLong =
  /maximum context length|context (?:window|size|length) (?:is )?exceeded|exceeds? (?:the |its )?(?:available |maximum )?context/i;
const spentCodes = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"]);

function judge(reply: Reply, problem: Problem, target: Target): Verdict {
  const { status } = reply;
  const is = (codes: ReadonlySet<string>) => codes.has(problem.code ?? "") || codes.has(problem.type ?? "");
  const says = `answered ${status}`;
  if (status === 429) {
    if (is(spentCodes))
      return { code: "provider.rate", says: "has no quota left for this key", retry: false, hint: "check the plan and billing" };
    // Waiting does not make it smaller.
    if (/request too large/i.test(problem.message)) {
      const hint = "shorten the prompt, lower max_tokens, or raise the limit";
      return { code: "provider.rejected", says: "allows fewer tokens a minute than this request has (429)", retry: false, hint };
    }
    return { code: "provider.rate", says: "asks for fewer requests (429)", retry: true, hint: "lower --concurrency" };
  }
  if (status === 401 || status === 403) {
    const key = target.keyName === undefined ? "name its variable with `api_key_env`" : `check ${target.keyName}`;
    return {
      code: "provider.auth",
      says: status === 401 ? "refused the key (401)" : "denies access (403)",
      retry: false,
      hint: key,
    };
  }
  if (status === 413 || ((status === 400 || status === 422) && (is(contextCodes) || tooLong.test(problem.message)))) {
    return { code: "provider.context-exceeded", says: `cannot take a prompt this long (${status})`, retry: false };
  }
  if (status === 404) {
    const hint = `check the model name "${target.model}" and the base URL, which often ends in /v1`;
    return { code: "provider.rejected", says: "does not know the model or the address (404)", retry: false, hint };
  }
  if (status >= 300 && status < 400) {
    return {
      code: "provider.rejected",
      says: `redirects elsewhere (${status})`,
      retry: false,
      hint: redirectHint(reply, target),
    };
  }
  // 409 is a lock that somebody else holds; llama-server answers a body that it cannot read with 500.
  const unreadable = status === 500 && /parse error|invalid json|json\.exception/i.test(problem.message);
  if (status === 501 || unreadable) return { code: "provider.rejected", says: `cannot do this (${status})`, retry: false };
  if (status === 408 || status === 409 || status === 425 || status >= 500) return { code: "provider.server", says, retry: true };
  return { code: "provider.rejected", says: `rejected the request (${status})`, retry: false };
}

/** Without what may be secret in the address: credentials and query. */
function redirectHint(reply: Reply, target: Target): string | undefined {
  const location = reply.header("location");
  if (location === undefined || !URL.canParse(location, target.origin)) return undefined;
  const { origin, pathname } = new URL(location, target.origin);
  return `it points to ${origin}${pathname}: use that base URL`;
}
