import { describe, expect, test } from "vitest";
import { chatReply, errorReply, promptText, replyTo } from "../../test/support/mock-openai.ts";
import { ask, maker, mockFor, secret, wireKinds } from "../../test/support/wire-functions.ts";

describe.each(wireKinds)("$name", (wire) => {
  const { name, path } = wire;
  const create = maker(wire);

  test("asks with model, messages and sampling, and gives back what the server said", async () => {
    const server = await mockFor();
    const fn = await create(server);
    const completion = await ask(fn, {
      sampling: { temperature: 0, top_p: 1, max_tokens: 8, stop: ["\n"], seed: 7, extra: { n: 1 } },
    });
    expect(completion).toEqual({
      text: "Oslo",
      finish: "stop",
      ms: expect.any(Number),
      usage: { input: 9, output: 2, cached: 4, reasoning: 1 },
      served: { model: "mock-1", fingerprint: "fp_mock" },
    });
    const [request] = server.asked;
    expect(request?.path).toBe(path);
    expect(request?.body).toEqual({
      model: "m",
      messages: [{ role: "user", content: "capital of Norway? Oslo" }],
      temperature: 0,
      top_p: 1,
      max_tokens: 8,
      stop: ["\n"],
      seed: 7,
      n: 1,
    });
    expect(request?.headers["content-type"]).toBe("application/json");
    expect(name === "azure" ? request?.headers["api-key"] : request?.headers.authorization).toBe(
      name === "azure" ? secret : `Bearer ${secret}`,
    );
    expect(request?.query.get("api-version")).toBe(name === "azure" ? "2024-10-21" : null);
  });

  test("sends a text as one system message, or as the user's when told so", async () => {
    const server = await mockFor();
    await ask(await create(server), { prompt: "hello" });
    await ask(await create(server, { text_role: "user" }), { prompt: "hello" });
    expect(server.asked.map(({ body }) => body.messages)).toEqual([
      [{ role: "system", content: "hello" }],
      [{ role: "user", content: "hello" }],
    ]);
  });

  test("answers each of many questions at once with its own reply", async () => {
    const server = await mockFor();
    const fn = await create(server, { concurrency_max: 20 });
    const words = Array.from({ length: 100 }, (_, i) => `w${i}`);
    const replies = await Promise.all(words.map((word) => ask(fn, { prompt: [{ role: "user", content: `say ${word}` }] })));
    expect(replies.map(({ text }) => text)).toEqual(words);
  });

  test("keeps characters of every kind whole", async () => {
    const server = await mockFor((request) => replyTo(request, promptText(request)));
    const text = 'é 🙂 \u2028 "quoted" \\ \u0000 日本';
    expect((await ask(await create(server), { prompt: [{ role: "user", content: text }] })).text).toBe(text);
  });

  test("merges extra_options into the request last", async () => {
    const server = await mockFor();
    await ask(await create(server, { extra_options: { temperature: 0.5, user: "u" } }), { sampling: { temperature: 0 } });
    expect(server.asked[0]?.body).toMatchObject({ temperature: 0.5, user: "u" });
  });

  test("sends tools and a schema", async () => {
    const server = await mockFor();
    const parameters = { type: "object", properties: {} };
    await ask(await create(server), {
      tools: [{ name: "look", description: "looks", parameters }],
      tool_choice: { name: "look" },
      json_schema: { type: "object" },
    });
    expect(server.asked[0]?.body).toMatchObject({
      tools: [{ type: "function", function: { name: "look", description: "looks", parameters } }],
      tool_choice: { type: "function", function: { name: "look" } },
      response_format: { type: "json_schema", json_schema: { name: "reply", schema: { type: "object" }, strict: true } },
    });
  });

  describe("takes as a reply", () => {
    const call = { id: "c1", type: "function", function: { name: "look", arguments: '{"at": 1}' } };
    test.each([
      { what: "no text", reply: chatReply(null), completion: { text: "", finish: "stop" } },
      { what: "an empty text", reply: chatReply(""), completion: { text: "", finish: "stop" } },
      {
        what: "a text cut off",
        reply: chatReply("Os", { choice: { finish_reason: "length" } }),
        completion: { text: "Os", finish: "length" },
      },
      {
        what: "a refusal",
        reply: chatReply(null, { message: { refusal: "I won't." } }),
        completion: { text: "", refusal: "I won't." },
      },
      {
        what: "tool calls",
        reply: chatReply(null, { message: { tool_calls: [call] }, choice: { finish_reason: "tool_calls" } }),
        completion: { text: "", finish: "tool_calls", tool_calls: [{ id: "c1", name: "look", arguments: '{"at": 1}' }] },
      },
      {
        what: "a filtered reply",
        reply: chatReply("", { choice: { finish_reason: "content_filter" } }),
        completion: { text: "", finish: "content_filter" },
      },
      {
        what: "a filtered reply without a message",
        reply: { choices: [{ index: 0, finish_reason: "content_filter", content_filter_results: {} }] },
        completion: { text: "", finish: "content_filter" },
      },
      {
        what: "an unknown reason to end",
        reply: chatReply("x", { choice: { finish_reason: "lunch" } }),
        completion: { finish: "other" },
      },
      {
        what: "thinking before the text",
        reply: chatReply("<think>hm</think>\n\nOslo"),
        completion: { thinking: "<think>hm</think>\n\n", text: "Oslo" },
      },
      {
        what: "reasoning in a field of its own",
        reply: chatReply("Oslo", { message: { reasoning_content: "hm" } }),
        completion: { text: "Oslo", reasoning: "hm" },
      },
      {
        what: "reasoning in the other field",
        reply: chatReply("Oslo", { message: { reasoning: "hm" } }),
        completion: { reasoning: "hm" },
      },
      {
        what: "content in parts",
        reply: chatReply([
          { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
          { type: "text", text: "Os" },
          { type: "text", text: "lo" },
        ]),
        completion: { text: "Oslo", reasoning: "hm" },
      },
      { what: "usage that is nonsense", reply: chatReply("Oslo", { reply: { usage: "many" } }), completion: { text: "Oslo" } },
    ])("$what", async ({ reply, completion }) => {
      const server = await mockFor(() => ({ json: reply }));
      expect(await ask(await create(server))).toMatchObject(completion);
    });
  });

  test("gives log-probabilities, best alternatives first, as many as were asked for", async () => {
    const content = [
      {
        token: " Os",
        logprob: -0.1,
        bytes: [32, 79, 115],
        top_logprobs: [
          { token: " Os", logprob: -0.1 },
          { token: "x", logprob: -3.4e38 },
        ],
      },
      { token: "\ufffd", logprob: -2, bytes: [240, 159], top_logprobs: [] },
      { token: "", logprob: -0.5, bytes: [], top_logprobs: [] },
    ];
    const server = await mockFor(() => ({ json: chatReply(" Os", { choice: { logprobs: { content } } }) }));
    const fn = await create(server);
    expect((await ask(fn, { top_logprobs: 5 })).logprobs).toEqual([
      {
        token: " Os",
        logprob: -0.1,
        top: [
          { token: " Os", logprob: -0.1 },
          { token: "x", logprob: null },
        ],
      },
      { token: "\ufffd", logprob: -2, bytes: [240, 159], top: [] },
    ]);
    expect((await ask(fn, { top_logprobs: 0 })).logprobs?.[0]).toEqual({ token: " Os", logprob: -0.1 });
    expect((await ask(fn)).logprobs).toBeUndefined();
    expect(server.asked.map(({ body }) => [body.logprobs, body.top_logprobs])).toEqual([
      [true, 5],
      [true, 1],
      [undefined, undefined],
    ]);
  });

  test("counts a prompt that the provider's filter stops as a filtered reply, and asks once", async () => {
    const innererror = {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { violence: { filtered: true, severity: "high" } },
    };
    const server = await mockFor(() =>
      errorReply(400, { message: "filtered", param: "prompt", code: "content_filter", innererror }),
    );
    expect(await ask(await create(server))).toEqual({ text: "", finish: "content_filter", ms: expect.any(Number) });
    expect(server.asked).toHaveLength(1);
  });
});
