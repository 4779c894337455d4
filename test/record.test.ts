import { once } from "node:events";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { record } from "../src/index.ts";
import { finegauge, scratchFolder, startFinegauge } from "./support/finegauge.ts";
import { startUpstream } from "./support/recorded-upstream.ts";

interface Row {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_calls?: readonly object[];
  }[];
  readonly tools?: readonly object[];
  readonly metadata: { readonly [key: string]: unknown };
}

const key = "CANARY-key-1234567890";
const prices = "date: 2026-11-01\nprices: { mock: { input: 100, output: 1000 } }\n";

function scratch(): string {
  const folder = scratchFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeFileSync(join(folder.path, "finegauge.yaml"), "registry: .\n");
  writeFileSync(join(folder.path, "prices.yaml"), prices);
  return folder.path;
}

async function upstreamServer(answer?: (question: string) => string) {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  return upstream;
}

/** `finegauge record` in this folder, listening. */
async function recording(cwd: string, upstream: string, ...args: string[]) {
  const running = startFinegauge(["record", "--port", "0", "--upstream", upstream, "--json", ...args], { cwd });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  let said = "";
  running.child.stdout?.on("data", (text: string) => {
    said += text;
  });
  while (!said.includes("\n")) {
    const ended = running.ended.then(({ stderr }) => {
      throw new Error(`record ended: ${stderr}`);
    });
    await Promise.race([once(running.child.stdout as NodeJS.EventEmitter, "data"), ended]);
  }
  const { url } = JSON.parse(said.slice(0, said.indexOf("\n"))) as { url: string };
  return {
    ...running,
    url,
    origin: url.slice(0, -"/v1".length),
    async stop() {
      running.child.kill("SIGINT");
      const outcome = await running.ended;
      return { ...outcome, counts: JSON.parse(outcome.stdout.trim().split("\n").at(-1) ?? "") as object };
    },
  };
}

function rowsOf(folder: string, file = "recorded.jsonl"): Row[] {
  const text = readFileSync(join(folder, file), "utf8");
  return text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row);
}

const sdk = (baseURL: string) => new OpenAI({ baseURL, apiKey: key, maxRetries: 0 });
const user = (content: string) => ({ role: "user" as const, content });
const tools = [
  { type: "function" as const, function: { name: "weather", parameters: { type: "object", properties: { city: {} } } } },
];

/** What became of a call: its value, or all that a program can see of the error. */
async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const { name, message, status, code, headers } = error as Error & { status?: number; code?: string; headers?: Headers };
    return { name, message, status, code, retryAfter: headers?.get("retry-after") };
  }
}

async function all<Chunk>(stream: Promise<AsyncIterable<Chunk>>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

/** Everything that a program does, with what it got. */
async function session(client: OpenAI, azure: AzureOpenAI): Promise<unknown[]> {
  const chat = client.chat.completions;
  const model = "mock";
  const calls: (() => Promise<unknown>)[] = [
    () => chat.create({ model, messages: [user("plain")] }),
    () =>
      all(chat.create({ model, messages: [user("streamed \u00fcber")], stream: true, stream_options: { include_usage: true } })),
    () => chat.create({ model, messages: [user("tool")], tools }),
    () => all(chat.create({ model, messages: [{ role: "system", content: "s" }, user("tool")], tools, stream: true })),
    () => chat.create({ model, messages: [user("busy")] }),
    () => chat.create({ model, messages: [user("cut")] }),
    () => all(chat.create({ model, messages: [user("cut")], stream: true })),
    () => client.completions.create({ model, prompt: "once" }),
    () => client.responses.create({ model, input: "respond" }),
    () => client.embeddings.create({ model, input: "embed" }),
    () => azure.chat.completions.create({ model: "deployed", messages: [user("azure")] }),
  ];
  const got: unknown[] = [];
  for (const call of calls) got.push(await outcome(call));
  return got;
}

const azureAt = (endpoint: string) =>
  new AzureOpenAI({ endpoint, apiKey: key, apiVersion: "2024-10-21", deployment: "deployed", maxRetries: 0 });

describe("finegauge record", () => {
  test("answers the openai client exactly as the upstream does, and its file is data to train on", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const proxy = await recording(folder, `${upstream.origin}/v1`);
    const direct = await session(sdk(`${upstream.origin}/v1`), azureAt(upstream.origin));
    const directly = upstream.asked.splice(0);
    const through = await session(sdk(proxy.url), azureAt(proxy.origin));
    expect(through).toEqual(direct);
    expect(upstream.asked).toEqual(directly);
    expect(direct[4]).toMatchObject({ status: 429, retryAfter: "7" });
    expect(direct[5]).toMatchObject({ message: "terminated" });

    const { code, counts } = await proxy.stop();
    expect([code, counts]).toEqual([0, { exchanges: 7, conversations: 7, sampled_out: 0, left_out: 0, upstream_failures: 2 }]);
    const rows = rowsOf(folder);
    expect(rows.map(({ messages }) => messages.at(-1)?.content)).toEqual([
      "plain!",
      "streamed \u00fcber!",
      null,
      null,
      " after once",
      "respond!",
      "azure!",
    ]);
    expect(rows[3]?.messages.at(-1)).toEqual(rows[2]?.messages.at(-1));
    expect(rows[2]).toMatchObject({ tools, messages: [{}, { tool_calls: [{ id: "call_1" }, { id: "call_2" }] }] });
    expect(rows[0]?.metadata).toMatchObject({
      endpoint: "chat",
      model: "mock",
      served: "mock-1",
      finish_reason: "stop",
      streamed: false,
      exchanges: 1,
      tokens: { input: 10, output: 5 },
      cost: 0.006,
    });
    expect(rows[1]?.metadata).toMatchObject({ streamed: true, tokens: { input: 10, output: 5 } });
    expect(rows[3]?.metadata).not.toHaveProperty("tokens");
    expect(rows[6]?.metadata).toMatchObject({ model: "deployed" });

    const converted = await finegauge(["data", "convert", "recorded.jsonl", "--to", "chat"], { cwd: folder });
    expect(converted.code).toBe(0);
    expect(converted.stdout.trim().split("\n")).toHaveLength(7);
  });

  test("keeps a continued conversation as one record, whether streamed or not", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const proxy = await recording(folder, `${upstream.origin}/v1`);
    const { chat } = sdk(proxy.url);
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "system", content: "Be brief." }];
    for (let turn = 0; turn < 6; turn++) {
      messages.push(user(`turn ${turn}`));
      if (turn % 2 === 0) {
        const { choices } = await chat.completions.create({ model: "mock", messages });
        messages.push(choices[0]?.message as OpenAI.ChatCompletionMessage);
      } else {
        const chunks = await all(chat.completions.create({ model: "mock", messages, stream: true }));
        messages.push({ role: "assistant", content: chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("") });
      }
      await chat.completions.create({ model: "mock", messages: [user(`aside ${turn}`)] });
    }
    await proxy.stop();
    const rows = rowsOf(folder);
    expect(rows).toHaveLength(7);
    const long = rows.filter(({ metadata }) => metadata.exchanges === 6);
    expect(long.map(({ messages: said }) => said.map(({ content }) => content))).toEqual([
      messages.map(({ content }) => content),
    ]);
    // No line keeps the room of an earlier one.
    expect(readFileSync(join(folder, "recorded.jsonl"), "utf8")).not.toMatch(/^ /m);
  });

  test("killed under load, its file parses and has every conversation that was answered; the next start tidies up", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const proxy = await recording(folder, `${upstream.origin}/v1`);
    const { chat } = sdk(proxy.url);
    let answered = 0;
    const clients = Array.from({ length: 12 }, async (_, client) => {
      const finished: OpenAI.ChatCompletionMessageParam[][] = [];
      try {
        for (let round = 0; ; round++) {
          const messages: OpenAI.ChatCompletionMessageParam[] = [];
          for (let turn = 0; turn < 4; turn++) {
            messages.push(user(`client ${client} round ${round} turn ${turn} ${"x".repeat(500)}`));
            const { choices } = await chat.completions.create({ model: "mock", messages });
            messages.push({ role: "assistant", content: choices[0]?.message.content ?? "" });
            finished[round] = [...messages];
            if (++answered === 400) proxy.child.kill("SIGKILL");
          }
        }
      } catch {
        return finished;
      }
    });
    const finished = (await Promise.all(clients)).flat();
    const text = (messages: readonly { readonly content?: unknown }[]) => messages.map(({ content }) => content).join("|");
    const held = () => rowsOf(folder).map(({ messages }) => text(messages));
    const afterKill = held();
    for (const messages of finished) expect(afterKill.some((row) => row.startsWith(text(messages)))).toBe(true);

    const again = await recording(folder, `${upstream.origin}/v1`);
    await again.stop();
    const tidy = held();
    for (const messages of finished) expect(tidy.filter((row) => row.startsWith(text(messages.slice(0, 2))))).toHaveLength(1);
    expect(finished.length).toBeGreaterThan(50);
  });

  test("keys are in no file and no output, though the client sends them everywhere and the upstream repeats them", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const proxy = await recording(folder, `${upstream.origin}/v1`, "--no-redact", "--debug");
    const azure = azureAt(proxy.origin);
    const client = sdk(proxy.url);
    const first = await client.chat.completions.create({ model: "mock", messages: [user("key")] });
    expect(first.choices[0]?.message.content).toContain(key);
    await azure.chat.completions.create({ model: "d", messages: [user("key")] });
    await all(client.chat.completions.create({ model: "mock", messages: [user(`mine is ${key}`), user("key")], stream: true }));
    await fetch(`${proxy.url}/chat/completions?api-key=CANARY-query-123456`, {
      method: "POST",
      body: JSON.stringify({ model: "mock", messages: [user("CANARY-query-123456")] }),
    });
    await outcome(() => client.chat.completions.create({ model: "mock", messages: [user("cut")] }));
    const { stdout, stderr, counts } = await proxy.stop();
    expect(counts).toMatchObject({ exchanges: 4, upstream_failures: 1 });
    expect(stdout + stderr).not.toContain("CANARY");
    for (const file of globSync("**/*", { cwd: folder, withFileTypes: true })) {
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain("CANARY");
    }
  });

  test("addresses and numbers become placeholders, the same ones in all of a conversation, unless they are wanted", async () => {
    const folder = scratch();
    const upstream = await upstreamServer((question) => `noted: ${question}`);
    const said = "I am ann@example.org, call +44 20 7946 0958";
    for (const [file, ...args] of [["safe.jsonl"], ["open.jsonl", "--no-redact"]] as const) {
      const proxy = await recording(folder, `${upstream.origin}/v1`, "--output", file, ...args);
      await sdk(proxy.url).chat.completions.create({ model: "mock", messages: [user(said)] });
      await proxy.stop();
    }
    const contents = (file: string) => rowsOf(folder, file)[0]?.messages.map(({ content }) => content);
    expect(contents("safe.jsonl")).toEqual(["I am [email-1], call [phone-1]", "noted: I am [email-1], call [phone-1]"]);
    expect(contents("open.jsonl")).toEqual([said, `noted: ${said}`]);
  });

  test("names files by model, system prompt or header, and leads nowhere else", async () => {
    const upstream = await upstreamServer();
    const names = async (by: string) => {
      const folder = scratch();
      const proxy = await recording(folder, `${upstream.origin}/v1`, "--name-by", by);
      const { chat } = sdk(proxy.url);
      for (const [model, system, name] of [
        ["gpt-4.1", "Answer as a pirate.", "../../etc/passwd"],
        ["org/model:free", "Answer as a poet.", "support"],
        ["gpt-4.1", "Answer as a pirate.", "support"],
      ] as const) {
        const headers = { "x-finegauge-name": name };
        await chat.completions.create({ model, messages: [{ role: "system", content: system }, user("?")] }, { headers });
      }
      await proxy.stop();
      const files = globSync("**/*.jsonl", { cwd: folder }).sort();
      return files.map((file) => `${file.replace(/[0-9a-f]{8}(?=\.jsonl)/, "#")} ${rowsOf(folder, file).length}`);
    };
    expect(await names("model")).toEqual(["recorded/gpt-4.1.jsonl 2", "recorded/org-model-free-#.jsonl 1"]);
    expect(await names("header")).toEqual(["recorded/etc-passwd-#.jsonl 1", "recorded/support.jsonl 2"]);
    expect(await names("template")).toEqual(["recorded/answer-as-a-pirate-#.jsonl 2", "recorded/answer-as-a-poet-#.jsonl 1"]);
  });

  test("samples conversations, and the same ones each time", async () => {
    const upstream = await upstreamServer();
    const kept = async () => {
      const folder = scratch();
      const proxy = await recording(folder, `${upstream.origin}/v1`, "--sample", "0.3");
      const { chat } = sdk(proxy.url);
      for (let at = 0; at < 60; at++) {
        const first = await chat.completions.create({ model: "mock", messages: [user(`q${at}`)] });
        const reply = { role: "assistant" as const, content: first.choices[0]?.message.content ?? "" };
        await chat.completions.create({ model: "mock", messages: [user(`q${at}`), reply, user("and?")] });
      }
      await proxy.stop();
      const rows = rowsOf(folder);
      expect(rows.every(({ messages }) => messages.length === 4)).toBe(true);
      return rows.map(({ messages }) => messages[0]?.content);
    };
    const first = await kept();
    expect(first.length).toBeGreaterThan(5);
    expect(first.length).toBeLessThan(35);
    expect(await kept()).toEqual(first);
  });

  test.each([
    { name: "an address that others reach", args: ["--host", "0.0.0.0"], says: /--allow-network/ },
    { name: "an upstream that is no address", args: ["--upstream", "nonsense"], says: /no URL/ },
    {
      name: "a key in the upstream's URL",
      args: ["--upstream", "https://me:CANARY@example.invalid/v1"],
      says: /user or a query/,
    },
    { name: "more than everything", args: ["--sample", "1.5"], says: /no share/ },
  ])("refuses $name", async ({ args, says }) => {
    const { code, stderr } = await finegauge(["record", "--port", "0", ...args], { cwd: scratch() });
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("CANARY");
  });

  test("refuses a file that another proxy writes, and itself as its upstream", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const proxy = await recording(folder, `${upstream.origin}/v1`);
    const second = await finegauge(["record", "--port", "0"], { cwd: folder });
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("another process is writing recorded.jsonl")]);
    await proxy.stop();
    const { port } = new URL(proxy.origin);
    const itself = await finegauge(["record", "--port", port, "--upstream", `http://localhost:${port}/v1`], { cwd: folder });
    expect([itself.code, itself.stderr]).toEqual([2, expect.stringContaining("is this proxy itself")]);
  });
});

describe("record(client)", () => {
  test("gives a client that answers as the given one, and writes what the proxy would", async () => {
    const folder = scratch();
    const upstream = await upstreamServer();
    const plain = sdk(`${upstream.origin}/v1`);
    const output = join(folder, "library.jsonl");
    const { client, close, counts } = await record(plain, { output });
    const azure = azureAt(upstream.origin);
    const recorded = await record(azure, { output: join(folder, "azure.jsonl") });
    const direct = await session(plain, azure);
    expect(await session(client, recorded.client)).toEqual(direct);
    await close();
    await recorded.close();
    expect(counts).toMatchObject({ exchanges: 6, conversations: 6 });
    expect(rowsOf(folder, "library.jsonl").map(({ messages }) => messages.at(-1)?.content)).toEqual([
      "plain!",
      "streamed \u00fcber!",
      null,
      null,
      " after once",
      "respond!",
    ]);
    expect(rowsOf(folder, "azure.jsonl")[0]).toMatchObject({ metadata: { model: "deployed" } });
    expect(readFileSync(output, "utf8")).not.toContain("CANARY");
  });

  test("refuses what is no such client", async () => {
    const client = { baseURL: "http://127.0.0.1/v1", withOptions: () => client };
    await expect(record(client)).rejects.toMatchObject({ code: "cli.usage" });
  });
});
