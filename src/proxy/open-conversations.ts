import type { Usage } from "../core/completion.ts";

/** A recorded conversation that may go on. What was said stands in its file alone. */
export interface OpenConversation {
  readonly id: string;
  /** Name of the file it is in. */
  readonly file: string;
  /** Of all its messages; see `beginnings`. */
  readonly key: string;
  /** Under which the server remembers it. */
  readonly response: string | undefined;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly exchanges: number;
  /** Of all its exchanges together, as are the next two; undefined as soon as one does not tell. */
  readonly latency_ms: number;
  readonly tokens: Usage | undefined;
  readonly cost: number | undefined;
}

export interface OpenConversations {
  set(conversation: OpenConversation): void;
  /** @param beginnings of the conversation as it is now; the longest that is known is what it continues */
  continuedBy(beginnings: readonly string[]): OpenConversation | undefined;
  answeredAs(response: string): OpenConversation | undefined;
}

/** About 400 bytes each. What has been silent for longer than so many others is over. */
const most = 50_000;

/** @param onOver told of each conversation that is not expected to go on */
export function openConversations(onOver: (file: string, id: string) => void): OpenConversations {
  // In order of their last exchange.
  const byId = new Map<string, OpenConversation>();
  const byKey = new Map<string, Set<string>>();
  const byResponse = new Map<string, string>();

  function remove(conversation: OpenConversation): void {
    const { id, key, response } = conversation;
    byId.delete(id);
    const alike = byKey.get(key);
    alike?.delete(id);
    if (alike?.size === 0) byKey.delete(key);
    if (response !== undefined) byResponse.delete(response);
  }

  return {
    set(conversation) {
      const { id, key, response } = conversation;
      const before = byId.get(id);
      if (before !== undefined) remove(before);
      byId.set(id, conversation);
      byKey.set(key, (byKey.get(key) ?? new Set()).add(id));
      if (response !== undefined) byResponse.set(response, id);
      if (byId.size <= most) return;
      const [oldest] = byId.values();
      if (oldest === undefined) return;
      remove(oldest);
      onOver(oldest.file, oldest.id);
    },
    continuedBy(beginnings) {
      for (let at = beginnings.length - 2; at >= 0; at--) {
        const [id] = byKey.get(beginnings[at] as string) ?? [];
        if (id !== undefined) return byId.get(id);
      }
      return undefined;
    },
    answeredAs(response) {
      const id = byResponse.get(response);
      return id === undefined ? undefined : byId.get(id);
    },
  };
}

/** undefined when either is not known: a sum of some would look like one of all. */
export function sumOf(before: Usage | undefined, more: Usage | undefined): Usage | undefined {
  if (before === undefined || more === undefined) return undefined;
  const [cached, reasoning] = [plus(before.cached, more.cached), plus(before.reasoning, more.reasoning)];
  return {
    input: before.input + more.input,
    output: before.output + more.output,
    ...(cached !== undefined && { cached }),
    ...(reasoning !== undefined && { reasoning }),
  };
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
