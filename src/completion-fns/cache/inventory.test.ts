import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import { openInventory } from "./inventory.ts";
import { openReplyStore, type StoredModel } from "./reply-store.ts";

const can = {
  chat: "yes",
  text: "yes",
  logprobs: "no",
  continuations: "no",
  embeddings: "no",
  tools: "no",
  json_schema: "no",
} as const;
const model: StoredModel = {
  name: "m",
  identity: { fn: "openai", model: "m", endpoint_hash: "e" },
  capabilities: { ...can, top_logprobs_max: 0 },
};

async function filled(file: string): Promise<void> {
  const store = await openReplyStore({ file, create: true, onProblem: () => {} });
  for (let nth = 0; nth < 500; nth++) store.write(`key ${nth}`, model, { stored: nth, value: "x".repeat(200) });
  store.close();
}

test("a file that is damaged behind its head is a cache that cannot be used", async () => {
  using scratch = scratchFolder();
  const file = join(scratch.path, "replies.db");
  await filled(file);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, 3 * 4096));
  const inventory = await openInventory(file);
  try {
    for (const work of [() => inventory?.list(), () => inventory?.prune({ before: 250 }, false)]) {
      expect(work).toThrow(expect.objectContaining({ code: "cache.unusable", message: "the response cache is damaged" }));
    }
  } finally {
    inventory?.close();
  }
});

test("a table of models that is no JSON: the list says so, and a run asks the model", async () => {
  using scratch = scratchFolder();
  const file = join(scratch.path, "replies.db");
  await filled(file);
  const db = new DatabaseSync(file);
  db.exec("UPDATE models SET identity = '{', capabilities = '{'");
  db.close();
  const store = await openReplyStore({ file, create: false, onProblem: () => {} });
  expect(store.capabilities(model.identity)).toBeUndefined();
  store.close();
  const inventory = await openInventory(file);
  expect(() => inventory?.list()).toThrow(expect.objectContaining({ code: "cache.unusable" }));
  inventory?.close();
});
