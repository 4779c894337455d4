import type { OwnFile } from "./init-files.ts";

const capitals = { Norway: "Oslo", Japan: "Tokyo", Egypt: "Cairo", Canada: "Ottawa", Peru: "Lima", Kenya: "Nairobi" };

/** The smallest registry that runs: six questions, and a model of a few lines that gets four of them right. */
export function emptyRegistry(name: string): OwnFile[] {
  const rows = Object.entries(capitals).map(([country, capital]) => ({
    input: [{ role: "user", content: `Capital of ${country}? One word.` }],
    ideal: capital,
  }));
  return [
    { path: `data/${name}/test.jsonl`, text: rows.map((row) => `${JSON.stringify(row)}\n`).join(""), taken: "refuse" },
    { path: `evals/${name}.yaml`, text: evalText(name), schema: "evals", taken: "refuse" },
    { path: "example-model.mjs", text: model, taken: "keep" },
    { path: "completion-fns/models.yaml", text: models, schema: "completion-fns", taken: "keep" },
  ];
}

function evalText(name: string): string {
  return `${name}:
  id: ${name}.test.v1
  description: Six capital cities in one word
${name}.test.v1:
  class: match
  args: { samples_jsonl: ${name}/test.jsonl, trim: true, ignore_case: true, whole_word: true }
  sampling: { temperature: 0 }
`;
}

const models = `example: { class: module, args: { file: example-model.mjs } }
# Models of OpenAI need no entry: finegauge run gpt-4.1-mini …
# vllm:   { class: http, args: { url: "http://127.0.0.1:8000/v1", model: my-model } }
`;

const model = `// A model in a few lines: text in, text out. It knows four capitals and guesses the others.
const known = { Norway: "Oslo", Japan: "Tokyo", Egypt: "Cairo", Peru: "Lima" };

export function completionFn(prompt) {
  const question = typeof prompt === "string" ? prompt : String(prompt.at(-1).content);
  const country = /Capital of (\\w+)/.exec(question)?.[1];
  return known[country] ?? "Springfield";
}
`;
