import { contentText } from "../../core/prompt.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { mapEverything, mapSaid } from "./map-texts.ts";
import type { Redactor } from "./redact-text.ts";
import { type StripStep, stripText } from "./strip-text.ts";

interface Cleaning {
  readonly steps: ReadonlySet<StripStep>;
  /** Absent: what is private stays. */
  readonly redactor?: Redactor | undefined;
}

type Cleaned = { readonly conversation: Conversation; readonly changed: readonly string[] } | { readonly dropped: string };

/** Takes out of a conversation what the steps name, and then what is private; messages of which nothing is left go as well. */
export function cleanConversation(conversation: Conversation, { steps, redactor }: Cleaning): Cleaned {
  const changed = new Set<string>();
  const stripped =
    steps.size === 0
      ? conversation
      : withoutEmpty(
          mapSaid(conversation, (text) => {
            const clean = stripText(text, steps);
            for (const step of clean.changed) changed.add(step);
            return clean.text;
          }),
          conversation,
        );
  const dropped = whatIsLost(stripped.messages, conversation.messages);
  if (dropped !== undefined) return { dropped };
  if (redactor === undefined) return { conversation: stripped, changed: [...changed] };
  const redacted = mapEverything(stripped, (text) => {
    const clean = redactor.clean(text);
    if (clean !== text) changed.add("redact");
    return clean;
  });
  return { conversation: redacted, changed: [...changed] };
}

/** Without messages that were more before; what was empty from the start stays, as a prompt may be. */
function withoutEmpty(clean: Conversation, before: Conversation): Conversation {
  const messages = clean.messages.filter((turn, at) => hasSomething(turn) || !hasSomething(before.messages[at] as Turn));
  return messages.length === clean.messages.length ? clean : { ...clean, messages };
}

function hasSomething(turn: Turn): boolean {
  return turn.tool_calls !== undefined || contentText(turn).trim() !== "" || typeof turn.refusal === "string";
}

function whatIsLost(left: readonly Turn[], before: readonly Turn[]): string | undefined {
  if (left.length === before.length) return undefined;
  const asked = (turns: readonly Turn[]) => turns.some(({ role }) => role === "user");
  if (left.length === 0) return "nothing is left of it";
  if (before.at(-1)?.role === "assistant" && left.at(-1)?.role !== "assistant") return "nothing is left of its answer";
  return asked(before) && !asked(left) ? "nothing is left of what is asked" : undefined;
}
