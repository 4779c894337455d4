import { expect, onTestFinished } from "vitest";
import { azure } from "../../src/completion-fns/azure.ts";
import { http } from "../../src/completion-fns/http.ts";
import { openai } from "../../src/completion-fns/openai.ts";
import type { FunctionKind } from "../../src/core/catalogue.ts";
import type { CallContext, Completion, CompletionFn, CompletionRequest } from "../../src/core/completion.ts";
import { FinegaugeError } from "../../src/core/errors.ts";
import { type MockOpenai, type MockOptions, startMockOpenai } from "./mock-openai.ts";

export const secret = "not-a-real-key-1234567890";

export interface WireKind {
  readonly name: string;
  readonly kind: FunctionKind;
  readonly keyName: string;
  /** Where the server sees a chat request. */
  readonly path: string;
  /** Arguments that lead the function to a mock. */
  args(server: { readonly origin: string }): object;
}

/** The functions that speak OpenAI's protocol, and must do it alike. */
export const wireKinds: readonly WireKind[] = [
  {
    name: "http",
    kind: http,
    keyName: "SERVER_KEY",
    path: "/v1/chat/completions",
    args: ({ origin }) => ({ url: `${origin}/v1`, model: "m", api_key_env: "SERVER_KEY" }),
  },
  {
    name: "openai",
    kind: openai,
    keyName: "OPENAI_API_KEY",
    path: "/v1/chat/completions",
    args: ({ origin }) => ({ base_url: `${origin}/v1`, model: "m" }),
  },
  {
    name: "azure",
    kind: azure,
    keyName: "AZURE_OPENAI_API_KEY",
    path: "/openai/deployments/m/chat/completions",
    args: ({ origin }) => ({ endpoint: origin, deployment: "m", api_version: "2024-10-21" }),
  },
];

/** A mock that ends with the test. */
export async function mockFor(answer?: NonNullable<MockOptions["answer"]>): Promise<MockOpenai> {
  const server = await startMockOpenai(answer === undefined ? {} : { answer });
  onTestFinished(server.close);
  return server;
}

/** A function that ends with the test. */
export async function make(kind: FunctionKind, args: object, env: { readonly [name: string]: string }): Promise<CompletionFn> {
  const fn = await kind.create(args, { name: "the-model", resolvePath: (file) => file, env, timeoutMs: 5000 });
  onTestFinished(() => fn.close?.());
  return fn;
}

/** Makes functions of one kind, with a key, over a mock. */
export function maker({ kind, args, keyName }: WireKind) {
  return (
    server: { readonly origin: string },
    more: object = {},
    env: { readonly [name: string]: string } = { [keyName]: secret },
  ) => make(kind, { ...args(server), ...more }, env);
}

export const plain: CompletionRequest = { prompt: [{ role: "user", content: "capital of Norway? Oslo" }], sampling: {} };

export function contextOf(signal = new AbortController().signal) {
  const tries: { status?: number | undefined; code: string }[] = [];
  const ctx: CallContext = {
    signal,
    sample: { id: "s", attempt: 0 },
    seed: 1,
    onTry: ({ status, code }) => tries.push({ status, code }),
  };
  return { ctx, tries };
}

export async function ask(fn: CompletionFn, request: Partial<CompletionRequest> = {}): Promise<Completion> {
  return fn.complete({ ...plain, ...request }, contextOf().ctx);
}

/** The error for users that a promise ends with; it never shows the key. */
export async function failureOf(promise: Promise<unknown>): Promise<FinegaugeError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FinegaugeError);
  const error = thrown as FinegaugeError;
  expect([error.message, error.more.hint].join()).not.toContain(secret);
  return error;
}
