import { type Bag, isBag, type Json } from "../../core/json.ts";
import { quoted, type Tell } from "./finding.ts";

/** Checks what a row says of tools: their list, and that each answer belongs to a call before it. */
export function checkTools({ tools, parallel_tool_calls, functions }: Bag, messages: readonly Bag[], tell: Tell): void {
  const fail = (kind: string, says: string, message?: number) =>
    tell({ level: "error", kind, says, ...(message !== undefined && { message }) });
  const names = new Set<string>();
  for (const [key, list] of Object.entries({ tools, functions })) {
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) fail("invalid_tools", `has ${key} that are no list`);
    else {
      for (const [at, tool] of (list as readonly Json[]).entries()) {
        const name = nameOf(tool, key === "tools");
        if (name === undefined) fail("invalid_tools", `has an item ${at + 1} of ${key} without type and name of a function`);
        else names.add(name);
      }
    }
  }
  if (parallel_tool_calls !== undefined && typeof parallel_tool_calls !== "boolean")
    fail("invalid_parallel_tool_calls", "has a parallel_tool_calls that is neither true nor false");

  const called = new Set<string>();
  let open = new Set<string>();
  for (const [at, message] of messages.entries()) {
    const number = at + 1;
    if (message.role === "tool") {
      const { tool_call_id: id } = message;
      if (typeof id !== "string") fail("unmatched_tool_call_id", "has no tool_call_id", number);
      else if (!called.has(id))
        fail("unmatched_tool_call_id", `answers the call ${quoted(id)}, which nobody made before`, number);
      else open.delete(id);
      continue;
    }
    if (open.size > 0) {
      tell({
        level: "warning",
        kind: "unanswered_tool_call",
        says: "comes before the answer to a call of a tool",
        message: number,
      });
    }
    open = new Set();
    for (const { id, name, args } of callsOf(message)) {
      if (id !== undefined) {
        called.add(id);
        open.add(id);
      }
      const warn = (kind: string, says: string) => tell({ level: "warning", kind, says, message: number });
      if (name !== undefined && !names.has(name))
        warn("unlisted_tool", `calls ${quoted(name)}, which is not among the row's tools`);
      if (args !== undefined && !isJson(args)) warn("arguments_no_json", "calls with arguments that are no JSON");
    }
  }
}

function nameOf(tool: Json, isTool: boolean): string | undefined {
  if (!isBag(tool) || (isTool && tool.type !== "function")) return undefined;
  const { name } = isTool ? (isBag(tool.function) ? tool.function : {}) : tool;
  return typeof name === "string" && name !== "" ? name : undefined;
}

function callsOf({ role, tool_calls, function_call }: Bag) {
  if (role !== "assistant") return [];
  const calls = Array.isArray(tool_calls) ? (tool_calls as readonly Json[]).filter(isBag) : [];
  const all = [...calls, ...(isBag(function_call) ? [{ function: function_call } as Bag] : [])];
  return all.map(({ id, function: called }) => {
    const { name, arguments: args } = isBag(called) ? called : {};
    return {
      id: typeof id === "string" ? id : undefined,
      name: typeof name === "string" ? name : undefined,
      args: typeof args === "string" ? args : undefined,
    };
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
