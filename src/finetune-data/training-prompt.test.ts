import { describe, expect, test } from "vitest";
import type { TrainingFormat } from "./training-config.ts";
import { type TrainingTurn, trainingTemplates, trainingText } from "./training-prompt.ts";

const chat: TrainingTurn[] = [
  { role: "system", text: "S" },
  { role: "user", text: "a" },
  { role: "assistant", text: "b" },
  { role: "user", text: "c" },
];

/** What the trainers' own templates make of it, start token aside. */
const written: { readonly [name: string]: string } = {
  chatml:
    "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n",
  llama3:
    "<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\na<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nb<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nc<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
  gemma:
    "<start_of_turn>user\nS\n\na<end_of_turn>\n<start_of_turn>model\nb<end_of_turn>\n<start_of_turn>user\nc<end_of_turn>\n<start_of_turn>model\n",
  phi_3: "<|system|>\nS<|end|>\n<|user|>\na<|end|>\n<|assistant|>\nb<|end|>\n<|user|>\nc<|end|>\n<|assistant|>\n",
  mistral_v1: " [INST] S\n\na [/INST] b</s> [INST] c [/INST]",
  "llama-2": "[INST] <<SYS>>\nS\n<</SYS>>\n\na [/INST] b </s><s>[INST] c [/INST]",
  "vicuna_v1.1": "S USER: a ASSISTANT: b</s>USER: c ASSISTANT:",
  alpaca: "S\n\n### Instruction:\na\n\n### Response:\nb</s>\n\n### Instruction:\nc\n\n### Response:\n",
};

describe("trainingText", () => {
  test.each(Object.entries(written))("writes a chat as %s does", (name, prompt) => {
    expect(trainingText({ how: "template", name }, chat)?.prompt).toBe(prompt);
  });

  test("knows each template under some name that is tested", () => {
    const texts = trainingTemplates.map((name) => trainingText({ how: "template", name }, chat)?.prompt);
    expect(new Set(texts)).toEqual(new Set(Object.values(written)));
  });

  test.each([
    {
      turns: chat.slice(0, 2),
      prompt:
        "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n### Instruction:\nS\n\n### Input:\na\n\n### Response:\n",
    },
    {
      turns: chat.slice(1, 2),
      prompt:
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\na\n\n### Response:\n",
    },
  ])("writes alpaca rows under their headings", ({ turns, prompt }) => {
    expect(trainingText({ how: "alpaca" }, turns)).toEqual({ prompt, end: undefined });
  });

  test.each<TrainingFormat>([
    { how: "template", name: "exaone" },
    { how: "template", name: "toString" },
    { how: "tokenizer" },
    { how: "other", type: "input_output" },
  ])("does not know %j", (format) => {
    expect(trainingText(format, chat)).toBeUndefined();
  });
});
