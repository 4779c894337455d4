import type { Bag } from "../core/json.ts";

/** What one choice of an answered request makes: a conversation up to and with the reply. */
export interface Said {
  /** As the chat API has them; the last is the reply. */
  readonly messages: readonly Bag[];
  /** `tools`, `functions` and `parallel_tool_calls` of the request, as far as there are any. */
  readonly beside: Bag;
  readonly finish_reason: string | undefined;
  /** From 0, where there are several. */
  readonly choice?: number;
}
