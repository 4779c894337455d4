import { type Bag, isBag, type Json } from "../core/json.ts";
import type { Endpoint } from "./endpoint.ts";

/** Puts the pieces of a streamed reply together, to what the same reply is without a stream. */
export interface Assembler {
  /** @param event one event's JSON */
  add(event: Bag): void;
  /** undefined: nothing of a reply was there. */
  reply(): Bag | undefined;
  /** The reply is whole, before the stream has ended. */
  isWhole(): boolean;
}

/** An object that is filled piece by piece. */
type Growing = { [key: string]: Json | Growing | Growing[] | undefined };

export function assembler(endpoint: Endpoint): Assembler {
  return endpoint === "responses" ? lastResponse() : choices(endpoint);
}

/** The Responses API sends the whole reply once more at the end. */
function lastResponse(): Assembler {
  let response: Bag | undefined;
  return {
    add({ type, response: sent }) {
      if ((type === "response.completed" || type === "response.incomplete") && isBag(sent)) response = sent;
    },
    reply: () => response,
    isWhole: () => response !== undefined,
  };
}

function choices(endpoint: "chat" | "completions"): Assembler {
  const said: Growing = {};
  const found = new Map<number, Growing>();
  return {
    add(event) {
      for (const key of ["id", "model", "created", "usage", "service_tier"]) {
        const value = event[key];
        if (value !== undefined && value !== null && value !== "") said[key] = value;
      }
      for (const choice of listOf(event.choices)) {
        const index = typeof choice.index === "number" ? choice.index : 0;
        const known = found.get(index) ?? begun(index, endpoint);
        found.set(index, known);
        if (typeof choice.finish_reason === "string") known.finish_reason = choice.finish_reason;
        if (endpoint === "completions") appendText(known, "text", choice.text);
        else if (isBag(choice.delta)) addDelta(known.message as Growing, choice.delta);
      }
    },
    reply() {
      if (found.size === 0) return undefined;
      const inOrder = [...found.values()].sort((a, b) => Number(a.index) - Number(b.index));
      for (const { message } of inOrder) {
        const calls = (message as Growing | undefined)?.tool_calls as Growing[] | undefined;
        // Indices say the order, and are no part of a call.
        if (calls !== undefined)
          (message as Growing).tool_calls = calls.flatMap((call) => (call ? [{ ...call, index: undefined }] : []));
      }
      return JSON.parse(JSON.stringify({ ...said, choices: inOrder })) as Bag;
    },
    isWhole: () => false,
  };
}

function begun(index: number, endpoint: "chat" | "completions"): Growing {
  return endpoint === "completions" ? { index, text: "" } : { index, message: { role: "assistant", content: null } };
}

function addDelta(message: Growing, delta: Bag): void {
  for (const key of ["content", "refusal", "reasoning_content"]) appendText(message, key, delta[key]);
  if (isBag(delta.function_call)) {
    message.function_call ??= {};
    for (const key of ["name", "arguments"]) appendText(message.function_call as Growing, key, delta.function_call[key]);
  }
  const calls = listOf(delta.tool_calls);
  if (calls.length === 0) return;
  message.tool_calls ??= [];
  for (const [at, piece] of calls.entries()) addCall(message.tool_calls as Growing[], piece, at);
}

/** More calls in one reply than anybody makes; an index is a number that a server chose. */
const mostCalls = 4096;

function addCall(calls: Growing[], { index, id, type, function: called, custom }: Bag, at: number): void {
  const place = typeof index === "number" && Number.isInteger(index) && index >= 0 && index < mostCalls ? index : at;
  calls[place] ??= { index: place };
  const call = calls[place];
  if (typeof id === "string" && id !== "") call.id = id;
  if (typeof type === "string" && type !== "") call.type = type;
  for (const [key, piece] of [
    ["function", called],
    ["custom", custom],
  ] as const) {
    if (!isBag(piece)) continue;
    call.type ??= key;
    call[key] ??= {};
    for (const part of ["name", "arguments", "input"]) appendText(call[key] as Growing, part, piece[part]);
  }
}

function appendText(to: Growing, key: string, piece: Json | undefined): void {
  if (typeof piece === "string") to[key] = `${typeof to[key] === "string" ? to[key] : ""}${piece}`;
}

function listOf(value: Json | undefined): Bag[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isBag) : [];
}
