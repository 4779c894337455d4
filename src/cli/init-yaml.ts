import { basename } from "node:path";
import { stringify } from "yaml";
import type { InitData } from "./init-data.ts";
import { oneLine } from "./table.ts";

/** The eval of a data file, with a comment wherever somebody might ask why. */
export function evalYaml(name: string, data: InitData): string {
  const { chosen, scorer, kind, outlook, train, from } = data;
  const n = chosen.samples.length;
  const split = `${name}.test.v1`;
  const lines = [
    `${name}:`,
    `  id: ${split}`,
    `  description: ${flow(`${n} samples of ${oneLine(basename(from), 100)}`)}`,
    `${split}:`,
    `  class: ${scorer.class}`,
    `  args: ${flow({ samples_jsonl: `${name}/test.jsonl`, ...scorer.args })}`,
  ];
  if (kind.kind === "labels")
    lines.push("  # A reply that says none of them is counted as an invalid label.", `  labels: ${flow(kind.labels)}`);
  lines.push("  sampling: { temperature: 0 }");
  if (kind.kind === "labels") lines.push("  slices: [metadata.label]");
  if (train !== undefined) lines.push(`  train: ${name}/train.jsonl`);
  lines.push("  gate:");
  if (outlook.margin !== null && scorer.verdicts) {
    lines.push(
      `    # How much worse a new model may be. With ${n} samples one that is as good passes in 4 of 5 comparisons,`,
      "    # if 10 % of its replies flip between right and wrong; a smaller margin takes more samples.",
      `    margin: { accuracy: ${outlook.margin} }`,
      "    rules: [delta.accuracy >= -margin, errors <= 0.01]",
    );
  } else {
    lines.push(
      `    # No margin yet: see what ${n} samples can settle by \`finegauge plan ${name} --mde 0.05\`.`,
      "    rules: [errors <= 0.01]",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Models to fill in: every line is a comment, so that the file is right as it is. */
export const modelsYaml = `# Your models by name. Models of OpenAI need no entry: finegauge run gpt-4.1-mini …
# Uncomment what you have; keys are named by environment variable, never written here.
#
# tuned:  { class: openai, args: { model: "ft:gpt-4.1-mini-2025-04-14:acme::abc123" } }
# azure:  { class: azure, args: { deployment: my-deployment, endpoint: "\${AZURE_OPENAI_ENDPOINT}", api_version: 2024-10-21 } }
# vllm:   { class: http, args: { url: "http://127.0.0.1:8000/v1", model: my-model } }
# local:  { class: llama, args: { model: my-model.gguf } }          # below registry/models/
# mine:   { class: module, args: { file: my-model.ts } }            # beside registry/evals/
`;

/** finegauge.yaml: what would be repeated on every command line. */
export function settingsYaml(registry: string, evals: string, models?: string): string {
  const lines = [
    `registry: ${flow(registry)}`,
    "out: reports",
    "baselines: baselines",
    models === undefined
      ? "# models: [one, another]        # what `finegauge run` runs when nothing is named"
      : `models: ${flow(models)}`,
    `evals: ${flow(evals)}`,
  ];
  return `${lines.join("\n")}\n`;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}
