import { describe, expect, test } from "vitest";
import { failureOf, make, mockFor, secret, wireKinds } from "../../test/support/wire-functions.ts";
import type { CallContext } from "../core/completion.ts";

const context: CallContext = {
  signal: new AbortController().signal,
  onTry() {},
  sample: { id: "t.dev.0", attempt: 0 },
  seed: 1,
};

describe.each(wireKinds)("$name gives embeddings", ({ kind, keyName, path, args }) => {
  const embedderFor = async (answer: Parameters<typeof mockFor>[0]) => {
    const server = await mockFor(answer);
    const fn = await make(kind, args(server), { [keyName]: secret });
    return { server, embed: (texts: string[]) => fn.embed?.(texts, context) ?? Promise.reject(new Error("no embed")) };
  };

  test("in the order asked, from the endpoint beside the chat's", async () => {
    const { server, embed } = await embedderFor(() => ({
      json: {
        data: [
          { index: 1, embedding: [0, 1] },
          { index: 0, embedding: [1, 0.5] },
        ],
      },
    }));
    expect((await embed(["a", "b"])).map((vector) => [...vector])).toEqual([
      [1, 0.5],
      [0, 1],
    ]);
    const asked = server.requests.find(({ method }) => method === "POST");
    expect(asked?.path).toBe(path.replace("chat/completions", "embeddings"));
    expect(asked?.body).toMatchObject({ model: "m", input: ["a", "b"] });
  });

  test.each([
    ["too few", { data: [{ index: 0, embedding: [1] }] }],
    [
      "of different lengths",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 1, embedding: [1, 2] },
        ],
      },
    ],
    [
      "twice the same",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 0, embedding: [1] },
        ],
      },
    ],
    ["of another shape", { vectors: [] }],
  ])("and takes no vectors that are %s", async (_, json) => {
    const { embed } = await embedderFor(() => ({ json }));
    expect(await failureOf(embed(["a", "b"]))).toMatchObject({ code: "provider.reply", more: { retry: {} } });
  });

  test("and says so when the server has none", async () => {
    const { embed } = await embedderFor(() => ({ status: 404, json: { error: { message: "no embeddings here" } } }));
    expect((await failureOf(embed(["a"]))).message).toContain("no embeddings here");
  });
});
