import { textHash } from "../core/hash.ts";
import { type Bag, canonicalJson, isBag, type Json } from "../core/json.ts";

/**
 * A key for each beginning of a conversation: the n-th is equal for two conversations whose first n messages say the same.
 *
 * Clients hand back replies in forms of their own: with keys that hold nothing, trimmed, as a list with one text in it. All of these say
 * the same.
 */
export function beginnings(root: string, messages: readonly Bag[]): string[] {
  let key = textHash(root);
  return messages.map((message) => {
    key = textHash(key + messageKey(message));
    return key;
  });
}

const known = new WeakMap<Bag, string>();

/** Equal for messages that say the same; worked out once for each object. */
export function messageKey(message: Bag): string {
  const key = known.get(message) ?? textHash(keyText(message));
  known.set(message, key);
  return key;
}

function keyText({ role, name, content, tool_calls, function_call, tool_call_id, refusal }: Bag): string {
  const speaker = role === "developer" ? "system" : role;
  const calls = Array.isArray(tool_calls) ? (tool_calls as readonly Json[]).filter(isBag).map(callText) : [];
  return canonicalJson([
    speaker,
    name || null,
    spoken(content),
    calls,
    function_call ?? null,
    tool_call_id ?? null,
    typeof refusal === "string" ? refusal.trim() : null,
  ]);
}

function callText({ id = null, function: called = null, custom = null }: Bag): Json {
  return [id, called, custom];
}

function spoken(content: Json | undefined): Json {
  if (typeof content === "string") return content.trim();
  if (!Array.isArray(content)) return "";
  const parts = content as readonly Json[];
  const [only] = parts;
  return parts.length === 1 && isBag(only) && typeof only.text === "string" ? only.text.trim() : parts;
}
