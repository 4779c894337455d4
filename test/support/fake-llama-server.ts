import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import type { LocalModel, Next } from "../../src/completion-fns/llama/local-model.ts";
import { sharedRuntime } from "../../src/completion-fns/llama/runtime.ts";

/**
 * llama-server's wire in the shapes that the real one (v0.5.0) was seen to send, over one of the packaged models: what it computes is
 * what the model says. Greedy whatever the temperature; of `logit_bias` it knows the one entry that forces a token. A body with
 * `die` ends the program.
 */
export interface FakeLlamaServer {
  readonly origin: string;
  /** Paths asked so far. */
  readonly asked: readonly string[];
  /** Answers 503 to everything while set. */
  loading: boolean;
  close(): Promise<void>;
}

export interface FakeOptions {
  readonly model: string;
  readonly port?: number;
  readonly apiKey?: string;
  readonly adapters?: readonly { id: number; path: string; scale: number }[];
}

const contextTokens = 512;
const special: { readonly [text: string]: number } = {
  "<s>": 1,
  "</s>": 2,
  "<|system|>": 3,
  "<|user|>": 4,
  "<|assistant|>": 5,
  "<|end|>": 6,
};
const template =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

interface Message {
  role: string;
  content: string;
}

interface Fault {
  status: number;
  error: { code: number; message: string; type: string; [key: string]: unknown };
}

class ServerFault extends Error {
  readonly fault: Fault;
  constructor(status: number, type: string, message: string, more: object = {}) {
    super(message);
    this.fault = { status, error: { code: status, message, type, ...more } };
  }
}

export async function startFakeLlamaServer(options: FakeOptions): Promise<FakeLlamaServer> {
  const runtime = await sharedRuntime(false);
  const model = await runtime.open({ file: options.model, lora: [], threads: 1, offload: false, contextTokens, template });
  const asked: string[] = [];
  const state = { loading: false };
  /** One model, one sequence: one at a time. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work);
    queue = turn.catch(() => {});
    return turn;
  };

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const path = request.url ?? "";
    asked.push(path);
    if (state.loading) throw new ServerFault(503, "unavailable_error", "Loading model");
    if (path === "/health") return { status: "ok" };
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      throw new ServerFault(401, "authentication_error", "Invalid API Key");
    }
    const body = request.method === "POST" ? JSON.parse(await text(request)) : {};
    if (body.die === true) process.exit(1);
    switch (`${request.method} ${path}`) {
      case "GET /props":
        return props(options.model);
      case "GET /v1/models":
        return {
          object: "list",
          data: [
            {
              id: options.model,
              object: "model",
              meta: { n_vocab: 1024, n_ctx: contextTokens, n_ctx_train: 512, size: 1_870_080 },
            },
          ],
        };
      case "GET /lora-adapters":
        return options.adapters ?? [];
      case "POST /tokenize":
        return tokens(model, body);
      case "POST /apply-template":
        return { prompt: render(body.messages) };
      case "POST /completion":
        return inTurn(() => complete(model, options.model, body));
      case "POST /v1/chat/completions":
        return inTurn(() => chat(model, options.model, body));
      default:
        throw new ServerFault(404, "not_found_error", "File Not Found");
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (value) => send(response, 200, value),
      (error: unknown) => {
        const { status, ...fault } =
          error instanceof ServerFault ? error.fault : new ServerFault(500, "server_error", String(error)).fault;
        send(response, status, fault);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    asked,
    get loading() {
      return state.loading;
    },
    set loading(value) {
      state.loading = value;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await queue;
      await model.close();
    },
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  request.setEncoding("utf8");
  for await (const chunk of request) body += chunk;
  return body;
}

function props(path: string): object {
  return {
    default_generation_settings: { params: { temperature: 0.8 }, n_ctx: contextTokens },
    total_slots: 4,
    model_alias: path,
    model_path: path,
    model_ftype: "F16",
    modalities: { vision: false, audio: false },
    chat_template: template,
    chat_template_caps: { supports_tools: false, supports_tool_calls: false, supports_system_role: true },
    bos_token: "<s>",
    eos_token: "</s>",
    build_info: "b1-de3ff81",
    is_sleeping: false,
  };
}

function tokens(model: LocalModel, body: Record<string, unknown>): object {
  const ids = tokenize(model, String(body.content), body.add_special === true, body.parse_special !== false);
  if (body.with_pieces !== true) return { tokens: ids };
  const names = new Map(Object.entries(special).map(([name, id]) => [id, name]));
  const piece = (id: number) => names.get(id) ?? model.bytes(id).toString("utf8");
  return { tokens: ids.map((id) => ({ id, piece: piece(id) })) };
}

function tokenize(model: LocalModel, content: string, addSpecial: boolean, parseSpecial: boolean): number[] {
  const parts = parseSpecial ? content.split(/(<s>|<\/s>|<\|(?:system|user|assistant|end)\|>)/) : [content];
  const tokens = parts.flatMap((part) =>
    parseSpecial && special[part] !== undefined ? [special[part]] : [...model.tokenize(part)],
  );
  return addSpecial && tokens[0] !== special["<s>"] ? [1, ...tokens] : tokens;
}

/** A last message of the assistant is continued. */
function render(messages: readonly Message[]): string {
  const begun = messages.at(-1)?.role === "assistant" ? messages.at(-1) : undefined;
  const asked = begun === undefined ? messages : messages.slice(0, -1);
  return `${asked.map(({ role, content }) => `<|${role}|>${content}<|end|>`).join("")}<|assistant|>${begun?.content ?? ""}`;
}

interface Entry {
  id: number;
  token: string;
  bytes: number[];
  logprob: number;
  top_logprobs?: Entry[];
}

interface Made {
  text: string;
  entries: Entry[];
  predicted: number;
  stopType: "eos" | "limit" | "word";
}

interface Wishes {
  readonly predict: number;
  readonly stop: readonly string[];
  readonly probs: number;
  readonly forced: number | undefined;
}

async function generate(model: LocalModel, prompt: readonly number[], wishes: Wishes): Promise<Made> {
  if (prompt.length >= contextTokens) {
    const message = `request (${prompt.length} tokens) exceeds the available context size (${contextTokens} tokens), try increasing it`;
    throw new ServerFault(400, "exceed_context_size_error", message, { n_prompt_tokens: prompt.length, n_ctx: contextTokens });
  }
  // Even for 0 it makes one.
  const limit = Math.min(Math.max(1, wishes.predict), contextTokens - prompt.length);
  await model.clear();
  let next = (await model.evaluate(prompt, (index) => (index === prompt.length - 1 ? { top: "all" } : undefined))).at(-1) as Next;
  const made: Made = { text: "", entries: [], predicted: 0, stopType: "limit" };
  let bytes = Buffer.alloc(0);
  while (made.predicted < limit) {
    const token = wishes.forced ?? next.top[0]?.token ?? 0;
    made.predicted++;
    bytes = Buffer.concat([bytes, model.bytes(token)]);
    made.text = bytes.toString("utf8");
    const whole = Buffer.from(made.text).equals(bytes);
    // What ends inside a character is held back, and its log-probabilities with it.
    if (whole && wishes.probs > 0) made.entries.push(entryOf(model, token, next, wishes.probs));
    if (model.isEnd(token)) {
      made.stopType = "eos";
      break;
    }
    const cut = Math.min(...wishes.stop.map((each) => made.text.indexOf(each)).filter((at) => at >= 0));
    if (Number.isFinite(cut)) {
      made.text = made.text.slice(0, cut);
      made.stopType = "word";
      break;
    }
    if (made.predicted < limit) next = (await model.evaluate([token], () => ({ top: "all" })))[0] as Next;
  }
  return made;
}

function entryOf(model: LocalModel, token: number, next: Next, top: number): Entry {
  const plain = (id: number): Entry => {
    const bytes = model.bytes(id);
    // A probability of zero comes as the smallest 32-bit number.
    return { id, token: bytes.toString("utf8"), bytes: [...bytes], logprob: Math.max(next.logprob(id), -3.4028234663852886e38) };
  };
  return { ...plain(token), top_logprobs: next.top.slice(0, top).map((each) => plain(each.token)) };
}

async function complete(model: LocalModel, path: string, body: Record<string, unknown>): Promise<object> {
  const prompt = typeof body.prompt === "string" ? tokenize(model, body.prompt, true, true) : (body.prompt as number[]);
  const forced = (body.logit_bias as [number, number][] | undefined)?.[0];
  const made = await generate(model, prompt, {
    predict: (body.n_predict as number | undefined) ?? Number.POSITIVE_INFINITY,
    stop: (body.stop as string[] | undefined) ?? [],
    probs: (body.n_probs as number | undefined) ?? 0,
    forced: forced !== undefined && forced[1] >= 10_000 ? forced[0] : undefined,
  });
  const whole: Record<string, unknown> = {
    index: 0,
    content: made.text,
    tokens: [],
    id_slot: 0,
    stop: true,
    model: path,
    tokens_predicted: made.predicted,
    tokens_evaluated: prompt.length,
    truncated: made.stopType === "limit" && prompt.length + made.predicted >= contextTokens,
    stop_type: made.stopType,
    stopping_word: "",
    timings: { cache_n: 0, prompt_n: prompt.length, predicted_n: made.predicted },
    ...(made.entries.length > 0 && { completion_probabilities: made.entries }),
  };
  const fields = body.response_fields as string[] | undefined;
  return fields === undefined
    ? whole
    : Object.fromEntries(fields.filter((field) => field in whole).map((field) => [field, whole[field]]));
}

async function chat(model: LocalModel, path: string, body: Record<string, unknown>): Promise<object> {
  const messages = body.messages as Message[];
  const prompt = tokenize(model, render(messages), true, true);
  const made = await generate(model, prompt, {
    predict: (body.max_tokens as number | undefined) ?? Number.POSITIVE_INFINITY,
    stop: (body.stop as string[] | undefined) ?? [],
    probs: body.logprobs === true ? ((body.top_logprobs as number | undefined) ?? 20) : 0,
    forced: undefined,
  });
  const begun = messages.at(-1)?.role === "assistant" ? messages.at(-1)?.content : "";
  const choice = {
    finish_reason: made.stopType === "limit" ? "length" : "stop",
    index: 0,
    message: { role: "assistant", content: begun + made.text },
    ...(made.entries.length > 0 && { logprobs: { content: made.entries } }),
  };
  return {
    choices: [choice],
    created: 1795178707,
    model: path,
    system_fingerprint: "b1-de3ff81",
    object: "chat.completion",
    usage: {
      completion_tokens: made.predicted,
      prompt_tokens: prompt.length,
      total_tokens: prompt.length + made.predicted,
      prompt_tokens_details: { cached_tokens: 0 },
    },
    id: "chatcmpl-1",
  };
}

// Started as a program: `node fake-llama-server.ts -m FILE --port N`.
if (import.meta.main) {
  const { values } = parseArgs({
    options: { model: { type: "string", short: "m" }, port: { type: "string" }, host: { type: "string" } },
  });
  await startFakeLlamaServer({ model: values.model ?? "", port: Number(values.port) });
  console.error("server is listening");
}
