import type { z } from "zod";
import { type ErrorCode, exitCodes, FinegaugeError, messageOf } from "../core/errors.ts";
import { isBag } from "../core/json.ts";

/**
 * Calls into a plug-in. What it throws becomes an error for users that names the file.
 *
 * A plug-in may have another copy of this package, so its FinegaugeError is known by its shape, not by its class.
 */
export async function callPlugin<T>(file: string, member: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const { code, more } = isBag(cause) ? (cause as { code?: unknown; more?: unknown }) : {};
    const known = typeof code === "string" && Object.hasOwn(exitCodes, code) ? (code as ErrorCode) : "provider.reply";
    const retry = isBag(more) && isBag(more.retry) ? more.retry : undefined;
    const after = typeof retry?.after_ms === "number" ? { after_ms: retry.after_ms } : {};
    throw new FinegaugeError(known, `${file}: ${member} failed: ${messageOf(cause)}`, { ...(retry && { retry: after }), cause });
  }
}

/** What a plug-in gave, checked. */
export function checkReply<Schema extends z.ZodType>(
  file: string,
  member: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = read(file, member, () => schema.safeParse(value));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new FinegaugeError("provider.reply", `${file}: ${member} gave something else than it should${path}: ${issue?.message}`);
}

/** A getter of theirs may throw while a value is looked at. */
function read<Value>(file: string, member: string, look: () => Value): Value {
  try {
    return look();
  } catch (cause) {
    throw new FinegaugeError("provider.reply", `${file}: ${member} gave what cannot be read: ${messageOf(cause)}`, { cause });
  }
}
