import { isBag, type Json } from "../core/json.ts";
import type { Conversation } from "./conversation.ts";

/**
 * What a conversation has under a name: `id`, `answer` (the text of its last message), `name` (of everybody who speaks), or a path such as
 * `metadata.author`; without `metadata.` a key of the row itself, and then of its metadata. A list counts by its members.
 *
 * @returns empty where it has nothing there
 */
export function fieldValues(conversation: Conversation, field: string): string[] {
  if (field === "id" && conversation.id !== undefined) return [conversation.id];
  if (field === "name") return [...new Set(conversation.messages.flatMap(({ name }) => name ?? []))];
  const { more, metadata } = conversation;
  const value = field.startsWith("metadata.")
    ? under(metadata, field.slice("metadata.".length))
    : (under(more, field) ?? under(metadata, field));
  if (value === undefined || value === null) return [];
  const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return values.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}

/** A key may have points in it itself. */
function under(value: Json | undefined, path: string): Json | undefined {
  if (!isBag(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = under(value[key], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names under which the rows have something, to tell somebody who asked for another. */
export function fieldNames({ id, more, metadata, messages }: Conversation): string[] {
  return [
    ...(id === undefined ? [] : ["id"]),
    ...(messages.some(({ name }) => name !== undefined) ? ["name"] : []),
    ...Object.keys(more),
    ...Object.keys(metadata).map((key) => `metadata.${key}`),
  ];
}
