import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import { filesHash, shownProvider, withPlace } from "./provider-id.ts";

test.each([
  ["openai:chat:gpt-4.1-mini", "openai:chat:gpt-4.1-mini"],
  ["openrouter:meta-llama/llama-3", "openrouter:meta-llama/llama-3"],
  ["https://al:secret@host.example:8080/v1/x?key=abc", "https://host.example:8080"],
  ["webhook:https://host.example/hook?token=abc", "webhook:https://host.example"],
  ["exec: python3 /home/al/model.py --fast", "exec:python3 model.py --fast"],
  ["file:///home/al/provider.js", "file:provider.js"],
  ["python:/home/al/provider.py:call", "python:provider.py:call"],
])("%s is shown as %s", (id, shown) => {
  expect(shownProvider(id)).toBe(shown);
});

test.each([
  ["file://provider.js", "file:///r/provider.js"],
  ["python:a/provider.py:call", "python:/r/a/provider.py:call"],
  ["file:///home/al/provider.js", "file:///home/al/provider.js"],
  ["openai:chat:x", "openai:chat:x"],
  ["exec: node x.mjs", "exec: node x.mjs"],
])("%s lies at %s", (id, placed) => {
  expect(withPlace(id, (file) => join("/r", file))).toBe(placed);
});

test("a changed script is another model", () => {
  using scratch = scratchFolder();
  const file = join(scratch.path, "p.py");
  writeFileSync(file, "one");
  const ids = [`file://${file}`, `python:${file}:call`, `exec: python3 ${file}`];
  const before = ids.map(filesHash);
  writeFileSync(file, "two");
  const after = ids.map(filesHash);
  expect(new Set(before).size).toBe(1);
  expect(before[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(after[0]).not.toBe(before[0]);
  expect(filesHash("openai:chat:x")).toBeUndefined();
});

test.each([
  ["a path in quotes", (file: string): [string, unknown?] => [`exec:node "${file}"`]],
  ["a path in single quotes", (file: string): [string, unknown?] => [`exec: node '${file}' --fast`]],
  ["a file of the config", (file: string): [string, unknown?] => ["openai:chat:x", { tools: `file://${file}` }]],
  ["a path deep in the config", (file: string): [string, unknown?] => ["openai:chat:x", { a: [{ script: file }] }]],
])("a change of %s shows", (_, of) => {
  using scratch = scratchFolder();
  const file = join(scratch.path, "a bot.js");
  writeFileSync(file, "one");
  const before = filesHash(...of(file));
  writeFileSync(file, "two");
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(filesHash(...of(file))).not.toBe(before);
});

test.each([
  ["exec:my-bot --fast", undefined],
  ["package:@a/b:call", undefined],
  ["openai:chat:x", { prompt: "see file://not-there.txt" }],
])("%s with %j is code, though its files are not found: it is no server", (id, config) => {
  expect(filesHash(id, config)).toMatch(/^[0-9a-f]{64}$/);
});
