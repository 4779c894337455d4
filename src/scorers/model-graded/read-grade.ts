import type { Completion } from "../../core/completion.ts";
import { isBag, type Json } from "../../core/json.ts";
import { gradeTool } from "./instruction.ts";
import { beforeGradeLine, parseGradeLine } from "./parse-choice.ts";

/** What a judge's reply says. */
export interface ReadGrade {
  /** undefined: none of those that were offered. */
  readonly choice?: string | undefined;
  readonly reason?: string | undefined;
}

/** The grade in a tool call, a JSON object, or a marked line, whichever the judge gave. */
export function readGrade(completion: Completion, choices: readonly string[]): ReadGrade {
  const call = completion.tool_calls?.find(({ name }) => name === gradeTool);
  const object = parsed(call?.arguments) ?? parsed(withoutFence(completion.text));
  if (object !== undefined) {
    const { grade, reason } = object;
    const choice = choices.find((one) => one === (typeof grade === "number" ? String(grade) : grade));
    return { choice, ...(typeof reason === "string" && { reason }) };
  }
  // A reply that ran out of room may have lost the line that counts.
  if (call !== undefined || completion.finish === "length") return {};
  const reason = beforeGradeLine(completion.text);
  return { choice: parseGradeLine(completion.text, choices), ...(reason !== "" && { reason }) };
}

function parsed(text: string | undefined): { readonly [key: string]: Json } | undefined {
  if (text === undefined || !text.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isBag(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of a reply that is one Markdown code block, what is in it. */
function withoutFence(reply: string): string {
  const text = reply.trim();
  const firstBreak = text.indexOf("\n");
  if (!text.startsWith("```") || !text.endsWith("```") || firstBreak < 0 || firstBreak > text.length - 3) return text;
  return text.slice(firstBreak + 1, -3);
}
