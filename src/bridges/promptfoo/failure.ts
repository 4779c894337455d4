import { z } from "zod";
import { type ErrorMore, FinegaugeError, messageOf } from "../../core/errors.ts";

/** What promptfoo keeps of the answer behind an error. */
interface HttpAnswer {
  /** 0: there was none. */
  readonly status: number;
  readonly headers?: { readonly [name: string]: string } | undefined;
}

const answerSchema = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()).optional().catch(undefined),
});

const again = { retry: {} };

/** In texts of promptfoo's own: `API error: 500 …`, `HTTP 429 …`, `{"status":503,…`. */
const statusInText = /\b(?:API error|status(?: code)?|HTTP)\W{1,6}([45]\d\d)\b/i;
const noKey = /api key (?:is )?(?:not set|missing|required)|missing api key|set the [A-Z0-9_]{3,60} environment variable/i;
const noConnection = /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|socket hang up|fetch failed|UND_ERR_SOCKET|ETIMEDOUT/;
const tooLate = /timed out|timeout/i;
const tooLong = /maximum context length|context (?:window|size|length) (?:is )?exceeded|context_length_exceeded/i;
const spent = /^Quota exceeded|insufficient_quota|billing_hard_limit_reached|billing_not_active/;

/**
 * The error for users behind what a provider of promptfoo gave as `error`, or threw: a text, and the status where HTTP was spoken. `retry`
 * in it means that the same request may be sent again.
 */
export function providerFailure(name: string, said: string, http?: HttpAnswer): FinegaugeError {
  const status = http !== undefined && http.status >= 400 ? http.status : Number(statusInText.exec(said)?.[1] ?? 0);
  const more = status > 0 ? { status } : {};
  const message = `${name}: ${said.slice(0, 1000)}`;
  if (status === 429) {
    // No wait helps an empty account.
    if (spent.test(said)) return new FinegaugeError("provider.rate", message, { ...more, hint: "check the plan and billing" });
    return new FinegaugeError("provider.rate", message, { ...more, hint: "lower --concurrency", ...waiting(http) });
  }
  if (status === 401 || status === 403 || (status === 0 && noKey.test(said))) {
    return new FinegaugeError("provider.auth", message, { ...more, hint: "set the key in the variable that promptfoo reads" });
  }
  if (status === 413 || tooLong.test(said)) return new FinegaugeError("provider.context-exceeded", message, more);
  if (status === 408 || status === 409 || status === 425 || (status >= 500 && status !== 501)) {
    return new FinegaugeError("provider.server", message, { ...more, ...waiting(http) });
  }
  if (status >= 400) return new FinegaugeError("provider.rejected", message, more);
  if (noConnection.test(said)) return new FinegaugeError("provider.unreachable", message, { hint: "is it running?", ...again });
  if (tooLate.test(said)) return new FinegaugeError("provider.timeout", message, again);
  return new FinegaugeError("provider.reply", message);
}

/** What a provider threw, said as if it had given it as `error`: rate limits know their status and headers. */
export function thrownFailure(name: string, thrown: unknown): FinegaugeError {
  const answer = answerSchema.safeParse(thrown);
  return providerFailure(name, messageOf(thrown), answer.success ? answer.data : undefined);
}

/** @returns with the wait that the server asks for, in whole seconds; a date is left to our own waits */
function waiting(http: HttpAnswer | undefined): Pick<ErrorMore, "retry"> {
  const asked = Object.entries(http?.headers ?? {}).find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  return asked !== undefined && /^\d{1,6}$/.test(asked) ? { retry: { after_ms: Number(asked) * 1000 } } : again;
}
