import { isBag } from "../core/json.ts";

/** What a server says is wrong, whatever shape it says it in. */
export interface Problem {
  /** "" when the body says nothing readable. */
  readonly message: string;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  /** The parameter it is about. */
  readonly param?: string | undefined;
}

/** Far more than any sentence: what is kept of it is cut once our secrets are out, since half a key is a leak too. */
const longest = 20_000;

/** The problem in the body of a reply that is no success. */
export function readProblem(body: string): Problem {
  return problemIn(parse(body)) ?? { message: clip(looksLikeMarkup(body) ? "" : body.trim()) };
}

/**
 * The problem in a parsed body, or undefined when there is none: `{error: {message, code, type, param}}` of OpenAI, Azure and
 * llama-server, `{error: "…"}`, the flat `{message, code}` of older vLLM, FastAPI's `{detail: …}`.
 */
export function problemIn(data: unknown): Problem | undefined {
  if (!isBag(data)) return undefined;
  const { error } = data;
  if (typeof error === "string" && error !== "") return { message: clip(error) };
  if (isBag(error)) return fields(error);
  if (data.object === "error" || typeof data.message === "string") return fields(data);
  if (data.detail !== undefined) return fields({ message: data.detail });
  return undefined;
}

function fields(from: { readonly [key: string]: unknown }): Problem {
  const { message } = from;
  return {
    message: clip(
      typeof message === "string" ? message : message === undefined || message === null ? "" : JSON.stringify(message),
    ),
    code: text(from.code),
    type: text(from.type),
    param: text(from.param),
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function clip(message: string): string {
  return message.length > longest ? `${message.slice(0, longest)}…` : message;
}

function looksLikeMarkup(body: string): boolean {
  return /^\s*</.test(body);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
