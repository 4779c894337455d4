import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Usage } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hash64 } from "../core/hash.ts";
import { type Bag, isBag, type Json } from "../core/json.ts";
import { ulid } from "../core/ulid.ts";
import type { Endpoint } from "./endpoint.ts";
import { beginnings, messageKey } from "./message-keys.ts";
import { type OpenConversation, openConversations, sumOf } from "./open-conversations.ts";
import { openRecordingFile, type RecordingFile } from "./recording-file.ts";
import { fileName, type NameBy, templateName } from "./recording-name.ts";
import { type RowRedactor, rowRedactor } from "./redact-row.ts";
import type { Said } from "./said.ts";
import { saidIn } from "./said-in.ts";
import { tokensIn } from "./tokens-in.ts";

/** A request that was answered with success, and whole. */
export interface Answered {
  readonly endpoint: Endpoint;
  readonly request: Bag;
  /** A stream's pieces are put together. */
  readonly reply: Bag;
  /** Azure's name of the model, which stands in the path. */
  readonly deployment?: string | undefined;
  /** What whoever asked wants the conversation to be called. */
  readonly name?: string | undefined;
  /** Keys that the request came with. */
  readonly secrets: readonly string[];
  /** What `prepare` gave for the request, done or not. */
  readonly prepared?: Prepared | undefined;
  readonly streamed: boolean;
  /** When it was asked, milliseconds since 1970. */
  readonly at: number;
  /** From the request to the last byte of the reply. */
  readonly latency_ms: number;
}

/** Work on a request that can be done while the upstream is thinking. */
export interface Prepared {
  readonly redactor: RowRedactor;
  /** Does a little of it. @returns whether there is more */
  step(): boolean;
}

export interface RecorderOptions {
  /** A file; with `nameBy` a folder. */
  readonly output: string;
  readonly nameBy?: NameBy | undefined;
  /** Share of the conversations that are recorded, 0 to 1. */
  readonly sample?: number | undefined;
  /** Which conversations these are. */
  readonly seed?: number | undefined;
  /** false: e-mail addresses, phone numbers and embedded files stay. Keys never do. */
  readonly redact?: boolean | undefined;
  /** Further values that must not reach the disk. */
  readonly secrets?: readonly string[] | undefined;
  /** Dollars; undefined = the price is not known. */
  cost?(model: string, usage: Usage): number | undefined;
  /** Called once, when the disk takes no more: from then on nothing is recorded. */
  onFailure?(failure: FinegaugeError): void;
}

export interface RecordCounts {
  /** Replies that are in the files. */
  exchanges: number;
  conversations: number;
  sampledOut: number;
  /** Replies that no conversation can be made of: no text, too large, or what stood before them is not known. */
  leftOut: number;
}

export interface Recorder {
  readonly counts: RecordCounts;
  /** A long conversation takes milliseconds to be cleaned, which nobody has to wait for who waits for a model anyway. */
  prepare(request: Bag, secrets: readonly string[]): Prepared;
  /** The conversation is in the kernel's hands when this returns. It never throws. */
  record(answered: Answered): void;
  leaveOut(): void;
  /** @throws FinegaugeError `run.disk`, also one that came before */
  close(): Promise<void>;
}

/** More names than anybody looks through; what comes later shares one file. */
const mostFiles = 256;

/**
 * Appends conversations as JSONL to train chat models on.
 *
 * @throws FinegaugeError `run.disk`, `run.locked`
 */
export function openRecorder(options: RecorderOptions): Recorder {
  const { output, nameBy, sample = 1, seed = 0, redact = true, secrets = [] } = options;
  const counts: RecordCounts = { exchanges: 0, conversations: 0, sampledOut: 0, leftOut: 0 };
  const files = new Map<string, RecordingFile>();
  const known = openConversations((file, id) => files.get(file)?.forget(id));
  let failure: FinegaugeError | undefined;
  if (nameBy === undefined) files.set("", openRecordingFile(output));

  function fileOf(name: string): { name: string; file: RecordingFile } {
    const opened = files.get(name);
    if (opened !== undefined) return { name, file: opened };
    if (files.size >= mostFiles && name !== "other") return fileOf("other");
    const file = openRecordingFile(join(output, `${name}.jsonl`));
    files.set(name, file);
    return { name, file };
  }

  function redactorFor(more: readonly string[]): RowRedactor {
    return rowRedactor([...secrets, ...more], redact);
  }

  function prepare(request: Bag, more: readonly string[]): Prepared {
    const redactor = redactorFor(more);
    const messages = Array.isArray(request.messages) ? (request.messages as readonly Json[]).filter(isBag) : [];
    const wanted = messages.length > 0 && isSampled(messages) ? messages : [];
    let at = 0;
    return {
      redactor,
      step() {
        const message = wanted[at++];
        if (message === undefined) return false;
        messageKey(message);
        redactor.json(message);
        return true;
      },
    };
  }

  function nameOf(answered: Answered, messages: readonly Bag[], redactor: RowRedactor): string {
    if (nameBy === undefined) return "";
    if (nameBy === "template") return templateName(messages, redactor.text);
    const name = nameBy === "model" ? modelOf(answered) : answered.name;
    return fileName(redactor.text(name ?? (nameBy === "model" ? "no-model" : "unnamed")));
  }

  function isSampled(messages: readonly Bag[]): boolean {
    if (sample >= 1) return true;
    const asked = messages.findIndex(({ role }) => role !== "system" && role !== "developer");
    const draw = hash64(`${seed}\n${beginnings("", messages.slice(0, asked + 1)).at(-1)}`);
    return Number.parseInt(draw.slice(0, 12), 16) / 2 ** 48 < sample;
  }

  function keep(answered: Answered, said: Said, before: OpenConversation | undefined): void {
    const redactor = answered.prepared?.redactor ?? redactorFor(answered.secrets);
    const { name, file } = fileOf(before?.file ?? nameOf(answered, said.messages, redactor));
    const keys = beginnings(name, said.messages);
    const continued = said.choice === undefined || said.choice === 0 ? (before ?? known.continuedBy(keys)) : undefined;
    const usage = said.choice === undefined || said.choice === 0 ? tokensIn(answered.reply) : undefined;
    const model = modelOf(answered);
    const cost = usage !== undefined && model !== undefined ? options.cost?.(model, usage) : undefined;
    const conversation: OpenConversation = {
      id: continued?.id ?? ulid(answered.at, randomBytes(10)),
      file: name,
      key: keys.at(-1) as string,
      response: answered.endpoint === "responses" ? textOf(answered.reply.id) : undefined,
      begun: continued?.begun ?? answered.at,
      exchanges: (continued?.exchanges ?? 0) + 1,
      latency_ms: (continued?.latency_ms ?? 0) + answered.latency_ms,
      tokens: continued === undefined ? usage : sumOf(continued.tokens, usage),
      cost: continued === undefined ? cost : sumOfCosts(continued.cost, cost),
    };
    const messages = said.messages.map((message) => redactor.json(message)).join(",");
    // Its keys stand beside the messages.
    const beside = redactor.json(said.beside).slice(1, -1);
    const metadata = redactor.json(metadataOf(conversation, answered, said));
    file.put(conversation.id, `{"messages":[${messages}],${beside === "" ? "" : `${beside},`}"metadata":${metadata}}`);
    known.set(conversation);
    if (continued === undefined) counts.conversations++;
  }

  /** What was said before in a conversation that the server remembers; undefined = nobody here knows. */
  function earlierOf(id: string): { readonly before: OpenConversation; readonly messages: readonly Bag[] } | undefined {
    const before = known.answeredAs(id);
    const line = before === undefined ? undefined : files.get(before.file)?.read(before.id);
    if (before === undefined || line === undefined) return undefined;
    return { before, messages: (JSON.parse(line) as { messages: readonly Bag[] }).messages };
  }

  function record(answered: Answered): void {
    const { endpoint, request, reply } = answered;
    const previous = endpoint === "responses" ? textOf(request.previous_response_id) : undefined;
    const earlier = previous === undefined ? undefined : earlierOf(previous);
    // Without what came before, a row would teach answers to questions that it does not have.
    const remembered = endpoint === "responses" && (previous ?? request.conversation ?? null) !== null;
    const said = remembered && earlier === undefined ? [] : saidIn(endpoint, request, reply, earlier?.messages);
    if (said.length === 0) {
      counts.leftOut++;
      return;
    }
    if (earlier === undefined && !isSampled(said[0]?.messages ?? [])) {
      counts.sampledOut++;
      return;
    }
    for (const one of said) keep(answered, one, earlier?.before);
    counts.exchanges++;
  }

  return {
    counts,
    prepare,
    record(answered) {
      if (failure !== undefined) return;
      try {
        record(answered);
      } catch (thrown) {
        // Nobody's answer may depend on what becomes of the record.
        if (!(thrown instanceof FinegaugeError)) {
          counts.leftOut++;
          return;
        }
        failure = thrown;
        options.onFailure?.(thrown);
      }
    },
    leaveOut: () => void counts.leftOut++,
    async close() {
      const closed = await Promise.allSettled([...files.values()].map((file) => file.close()));
      if (failure !== undefined) throw failure;
      for (const one of closed) if (one.status === "rejected") throw one.reason;
    },
  };
}

function metadataOf(conversation: OpenConversation, answered: Answered, said: Said): Bag {
  const { tokens, cost } = conversation;
  const metadata: { [key: string]: Json | undefined } = {
    conversation: conversation.id,
    endpoint: answered.endpoint,
    model: modelOf(answered),
    served: textOf(answered.reply.model),
    finish_reason: said.finish_reason,
    time: new Date(conversation.begun).toISOString(),
    streamed: answered.streamed,
    exchanges: conversation.exchanges,
    latency_ms: Math.round(conversation.latency_ms * 10) / 10,
    tokens,
    cost,
    choice: said.choice,
  };
  return Object.fromEntries(Object.entries(metadata).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function modelOf({ request, deployment }: Answered): string | undefined {
  return deployment ?? textOf(request.model);
}

function sumOfCosts(before: number | undefined, more: number | undefined): number | undefined {
  return before === undefined || more === undefined ? undefined : before + more;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
