import { expect, test } from "vitest";
import { convertProviders } from "./providers.ts";

const of = (providers: unknown) => convertProviders({ prompts: "x", providers } as never, "base");

test("an id is a name for the command line; one with a config is an entry, its sampling apart", () => {
  const config = { temperature: 0.2, max_tokens: 5, stop: "\n", apiBaseUrl: "http://x/\u0024{y}", apiKey: "{{env.MY_KEY}}" };
  const found = of(["openai:chat:a", { id: "openai:chat:b", label: "My B", config }, { "openai:chat:c": { config: { x: 1 } } }]);
  expect(found).toEqual({
    names: ["promptfoo:openai:chat:a", "base-my-b", "base-openai-chat-c"],
    entries: {
      "base-my-b": {
        class: "promptfoo",
        args: { provider: "openai:chat:b", config: { apiBaseUrl: "http://x/$\u0024{y}", apiKey: "{{env.MY_KEY}}" } },
        sampling: { temperature: 0.2, max_tokens: 5, stop: ["\n"] },
      },
      "base-openai-chat-c": { class: "promptfoo", args: { provider: "openai:chat:c", config: { x: 1 } } },
    },
    left: [],
  });
});

test.each([{ apiKey: "sk-abcdef" }, { headers: { Authorization: "Bearer x" } }])("a key in %j goes into no file", (config) => {
  const { entries, left } = of([{ id: "openai:chat:b", config }]);
  expect(entries).toEqual({});
  expect(left).toMatchObject([
    { at: ["providers", 0, "config", expect.stringMatching(/^(apiKey|headers\.Authorization)$/)], matters: true },
  ]);
});

test("the name of a variable that holds a key is no key, nor is a number of tokens", () => {
  expect(of([{ id: "a", config: { apiKeyEnvar: "MY_KEY", max_completion_tokens: "5" } }]).left).toEqual([]);
});

test("what a model has not here is named", () => {
  const { names, left } = of([{ id: "echo", prompts: ["one"], delay: 5 }, {}]);
  expect(names).toEqual(["promptfoo:echo"]);
  expect(left.map(({ at }) => at.join("."))).toEqual(["providers.0.prompts", "providers.0.delay", "providers.1"]);
});
