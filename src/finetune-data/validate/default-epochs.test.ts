import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defaultEpochs } from "./default-epochs.ts";

const file = new URL("../../../test/fixtures/finetune-data/finetune-tools/chat_bad.expected.json", import.meta.url);
const { epochs } = JSON.parse(readFileSync(file, "utf8")) as { epochs: { [rows: string]: number } };

test.each(Object.entries(epochs))("of %s rows are %i", (rows, expected) => {
  expect(defaultEpochs(Number(rows))).toBe(expected);
});
