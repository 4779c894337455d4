import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTrainingConfig } from "./training-config.ts";

const folder = mkdtempSync(join(tmpdir(), "training-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, "config.yml");
  writeFileSync(file, text);
  return file;
}

describe("readTrainingConfig", () => {
  test("reads a real config of early 2024", async () => {
    expect(await readTrainingConfig("test/fixtures/axolotl/cheater-7b-lora.yml")).toEqual({
      baseModel: "cognitivecomputations/dolphin-2.6-mistral-7b-dpo-laser",
      sets: [
        {
          path: "./Julia-LLM-Leaderboard/experiments/cheater-7b-finetune/leaderboard_code_gen_data_trainset11.jsonl",
          format: { how: "template", name: "chatml" },
          said: "conversation: chatml",
        },
      ],
      specialTokens: { bos_token: "<s>", eos_token: "<|im_end|>", unk_token: "<unk>" },
      addedTokens: [],
      notes: [expect.stringContaining("type: sharegpt")],
    });
  });

  test.each([
    { yaml: "type: chat_template", more: "chat_template: llama3", format: { how: "template", name: "llama3" } },
    {
      yaml: "type: chat_template\n    chat_template: gemma",
      more: "chat_template: llama3",
      format: { how: "template", name: "gemma" },
    },
    { yaml: "type: chat_template", more: "", format: { how: "tokenizer" } },
    { yaml: "type: chat_template", more: "chat_template: tokenizer_default_fallback_chatml", format: { how: "tokenizer" } },
    {
      yaml: "type: chat_template",
      more: 'chat_template: jinja\nchat_template_jinja: "{{ x }}"',
      format: { how: "jinja", text: "{{ x }}" },
    },
    { yaml: "type: sharegpt.load_role", more: "", format: { how: "template", name: "vicuna_v1.1" } },
    { yaml: "type: alpaca", more: "", format: { how: "alpaca" } },
    { yaml: "type: completion", more: "", format: { how: "plain" } },
    { yaml: "type: { system_prompt: x }", more: "", format: { how: "other", type: "a mapping" } },
    { yaml: "ds_type: json", more: "", format: { how: "other", type: "none" } },
  ])("takes $yaml with $more for $format", async ({ yaml, more, format }) => {
    const { sets } = await readTrainingConfig(written(`${more}\ndatasets:\n  - path: rows.jsonl\n    ${yaml}\n`));
    expect(sets).toMatchObject([{ format }]);
  });

  test.each([
    { text: "datasets: [", code: "data.invalid", says: /no YAML/ },
    { text: "- a\n- b\n", code: "data.invalid", says: /no Axolotl config/ },
    { text: "base_model: x\n", code: "data.invalid", says: /datasets/ },
    {
      text: "datasets: [{ type: chat_template }]\nchat_template: jinja\nchat_template_jinja: none.jinja\n",
      code: "data.missing",
      says: /chat_template_jinja/,
    },
  ])("refuses $text", async ({ text, code, says }) => {
    await expect(readTrainingConfig(written(text))).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  test("names a file that is not there", async () => {
    await expect(readTrainingConfig(join(folder, "none.yml"))).rejects.toMatchObject({ code: "data.missing" });
  });
});
