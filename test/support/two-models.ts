import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A question that names what both models reply: the old one says its first word, the new one its second. */
export function twoReplies(id: string, old: string, now: string, ideal: string, more: object = {}) {
  return { id, input: [{ role: "user", content: `${old} ${now} ${id}` }], ideal, ...more };
}

/**
 * A registry with one eval, `sums.dev.v1`, over these rows, and two models that reply what the rows say: `models/old.mjs` and
 * `models/new.mjs`.
 *
 * @param spec YAML of further keys of the eval, two spaces deep
 */
export function twoModels(folder: string, rows: readonly object[], spec = ""): void {
  for (const part of ["registry/evals", "registry/data", "models"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "registry/data/rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const entry = `sums: { id: sums.dev.v1 }\nsums.dev.v1:\n  class: match\n  args: { samples_jsonl: rows.jsonl }\n${spec}`;
  writeFileSync(join(folder, "registry/evals/sums.yaml"), entry);
  const no = ["logprobs", "continuations", "embeddings", "tools", "json_schema"].map((name) => `${name}: "no"`).join(", ");
  for (const [word, name] of ["old", "new"].entries()) {
    writeFileSync(
      join(folder, `models/${name}.mjs`),
      `export const completionFn = {
  name: "${name}",
  async identity() { return { fn: "module", model: "${name}" }; },
  async capabilities() { return { chat: "yes", text: "yes", ${no}, top_logprobs_max: 0 }; },
  async complete({ prompt }) { return { text: prompt.at(-1).content.split(" ")[${word}], finish: "stop", ms: 1 }; },
};
`,
    );
  }
}
