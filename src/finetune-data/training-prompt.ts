import type { TrainingFormat } from "./training-config.ts";

/** One message of a chat. */
export interface TrainingTurn {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** How a format writes what comes before a reply, and how it ends the reply. */
export interface TrainingText {
  /** With control tokens spelled out, without the token that begins every text. */
  readonly prompt: string;
  /** The token or text that a reply ended with; undefined = the end of the text alone. */
  readonly end: string | undefined;
}

type Template = (turns: readonly TrainingTurn[]) => TrainingText;

const chatml: Template = (turns) => ({
  prompt: `${turns.map(({ role, text }) => `<|im_start|>${role}\n${text}<|im_end|>\n`).join("")}<|im_start|>assistant\n`,
  end: "<|im_end|>",
});

const llama3: Template = (turns) => {
  const head = (role: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  const said = turns.map(({ role, text }) => `${head(role)}${text.trim()}<|eot_id|>`).join("");
  return { prompt: `${said}${head("assistant")}`, end: "<|eot_id|>" };
};

/** Has no system messages: trainers put what they say before the user's words, or refuse it. */
const gemma: Template = (turns) => {
  const said = systemIntoUser(turns).map(
    ({ role, text }) => `<start_of_turn>${role === "assistant" ? "model" : role}\n${text.trim()}<end_of_turn>\n`,
  );
  return { prompt: `${said.join("")}<start_of_turn>model\n`, end: "<end_of_turn>" };
};

const phi3: Template = (turns) => ({
  prompt: `${turns.map(({ role, text }) => `<|${role}|>\n${text}<|end|>\n`).join("")}<|assistant|>\n`,
  end: "<|end|>",
});

const mistral: Template = (turns) => ({
  prompt: systemIntoUser(turns)
    .map(({ role, text }) => (role === "assistant" ? ` ${text}</s>` : ` [INST] ${text} [/INST]`))
    .join(""),
  end: "</s>",
});

const llama2: Template = (turns) => {
  const [first, ...others] = turns;
  const system = first?.role === "system" ? `<<SYS>>\n${first.text}\n<</SYS>>\n\n` : "";
  const rest = system === "" ? turns : others;
  const said = rest.map(({ role, text }, at) =>
    role === "assistant" ? ` ${text} </s>` : `${at === 0 ? "" : "<s>"}[INST] ${at === 0 ? system : ""}${text} [/INST]`,
  );
  return { prompt: said.join(""), end: "</s>" };
};

const vicuna: Template = (turns) => {
  const first = turns[0];
  const system = first?.role === "system" ? `${first.text} ` : "";
  const said = turns
    .filter(({ role }) => role !== "system")
    .map(({ role, text }) => (role === "assistant" ? `ASSISTANT: ${text}</s>` : `USER: ${text} `));
  return { prompt: `${system}${said.join("")}ASSISTANT:`, end: "</s>" };
};

const alpacaChat: Template = (turns) => ({
  prompt: `${turns
    .map(({ role, text }) => {
      if (role === "system") return text;
      return role === "user" ? `### Instruction:\n${text}` : `### Response:\n${text}</s>`;
    })
    .join("\n\n")}\n\n### Response:\n`,
  end: "</s>",
});

/** By the names under which trainers know them. */
const templates: { readonly [name: string]: Template } = {
  chatml,
  llama3,
  "llama-3": llama3,
  gemma,
  phi_3: phi3,
  mistral_v1: mistral,
  mistral,
  "llama-2": llama2,
  llama2,
  vicuna: vicuna,
  "vicuna_v1.1": vicuna,
  alpaca: alpacaChat,
};

/** Names of templates that `trainingText` writes. */
export const trainingTemplates: readonly string[] = Object.keys(templates);

/**
 * A chat up to its next reply, as training by this format wrote it; undefined for formats that are not known here.
 *
 * Of `type: alpaca` a system message stands for the instruction, the user's for its input.
 */
export function trainingText(format: TrainingFormat, turns: readonly TrainingTurn[]): TrainingText | undefined {
  if (format.how === "template") return Object.hasOwn(templates, format.name) ? templates[format.name]?.(turns) : undefined;
  if (format.how === "alpaca") return alpaca(turns);
  if (format.how === "plain") return { prompt: turns.map(({ text }) => text).join("\n"), end: undefined };
  return undefined;
}

function alpaca(turns: readonly TrainingTurn[]): TrainingText {
  const system = turns.find(({ role }) => role === "system");
  const user = turns.findLast(({ role }) => role === "user");
  const input = system !== undefined && user !== undefined ? user.text : undefined;
  const instruction = system?.text ?? user?.text ?? "";
  const context = input === undefined ? "" : ", paired with an input that provides further context";
  const opening = `Below is an instruction that describes a task${context}. Write a response that appropriately completes the request.`;
  const given = input === undefined ? "" : `### Input:\n${input}\n\n`;
  return { prompt: `${opening}\n\n### Instruction:\n${instruction}\n\n${given}### Response:\n`, end: undefined };
}

function systemIntoUser(turns: readonly TrainingTurn[]): TrainingTurn[] {
  const system = turns.filter(({ role }) => role === "system").map(({ text }) => text);
  const others = turns.filter(({ role }) => role !== "system");
  const [first, ...rest] = others;
  if (system.length === 0 || first === undefined) return others;
  return [{ role: first.role, text: [...system, first.text].join("\n\n") }, ...rest];
}
