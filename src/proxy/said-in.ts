import { type Bag, isBag, type Json } from "../core/json.ts";
import type { Endpoint } from "./endpoint.ts";
import { responsesSaid } from "./responses-said.ts";
import type { Said } from "./said.ts";

/**
 * The conversations that a request and its reply are.
 *
 * @returns none when there is no text in it, e.g. a prompt of token numbers
 */
export function saidIn(endpoint: Endpoint, request: Bag, reply: Bag, earlier?: readonly Bag[]): Said[] {
  if (endpoint === "chat") return chatSaid(request, reply);
  return endpoint === "completions" ? completionsSaid(request, reply) : responsesSaid(request, reply, earlier);
}

function chatSaid({ messages, ...request }: Bag, reply: Bag): Said[] {
  const asked = bags(messages);
  if (asked.length === 0) return [];
  const beside: { [key: string]: Json } = {};
  for (const key of ["tools", "functions", "parallel_tool_calls"]) {
    const value = request[key];
    if (value !== undefined && value !== null) beside[key] = value;
  }
  const choices = bags(reply.choices);
  return choices.flatMap((choice, at) => {
    if (!isBag(choice.message)) return [];
    const message = replyMessage(choice.message);
    return [
      {
        messages: [...asked.map(withoutNothing), message],
        beside,
        finish_reason: textOf(choice.finish_reason),
        ...(choices.length > 1 && { choice: at }),
      },
    ];
  });
}

function completionsSaid({ prompt, echo }: Bag, reply: Bag): Said[] {
  const prompts = typeof prompt === "string" ? [prompt] : Array.isArray(prompt) ? (prompt as readonly Json[]) : [];
  const choices = bags(reply.choices);
  const each = Math.max(1, choices.length / Math.max(1, prompts.length));
  return choices.flatMap((choice, at) => {
    const asked = prompts[Math.floor(at / each)];
    if (typeof asked !== "string" || typeof choice.text !== "string") return [];
    const text = echo === true && choice.text.startsWith(asked) ? choice.text.slice(asked.length) : choice.text;
    return [
      {
        messages: [
          { role: "user", content: asked },
          { role: "assistant", content: text },
        ],
        beside: {},
        finish_reason: textOf(choice.finish_reason),
        ...(choices.length > 1 && { choice: at }),
      },
    ];
  });
}

/** What was said, of all that a reply's message has: no annotations, no log-probabilities, no audio. */
function replyMessage({ content = null, refusal, tool_calls, function_call, reasoning_content }: Bag): Bag {
  const said = { content, refusal, tool_calls, function_call, reasoning_content };
  return withoutNothing({ role: "assistant", ...said });
}

/** Clients hand replies back with keys that hold nothing; no format has words for them. */
function withoutNothing(message: { readonly [key: string]: Json | undefined }): Bag {
  // What was worked out for a message holds for the same object alone.
  if (Object.entries(message).every(([key, value]) => key === "content" || !isNothing(value))) return message as Bag;
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(message)) {
    if (key === "content" || !isNothing(value)) kept[key] = value ?? null;
  }
  return kept;
}

function isNothing(value: Json | undefined): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function bags(value: Json | undefined): Bag[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isBag) : [];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
