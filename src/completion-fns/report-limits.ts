import type { CallContext } from "../core/completion.ts";
import type { Reply } from "../net/exchange.ts";
import { readRateLimits } from "../net/rate-headers.ts";

/** Hands on what a reply of whatever status says of the server's limits. */
export function reportLimits(reply: Reply, { onLimits }: CallContext): void {
  if (onLimits === undefined) return;
  const limits = readRateLimits((name) => reply.header(name));
  if (limits !== undefined) onLimits(limits);
}
