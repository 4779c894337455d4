import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MockAnswer, MockRequest } from "./mock-openai.ts";
import { replyTo } from "./mock-openai.ts";

export interface SumsOptions {
  readonly samples: number;
  /** Of the mock, with `/v1`. */
  readonly url: string;
  /** Lines of YAML beside the eval's class and args. */
  readonly evalMore?: string;
  readonly functionArgs?: string;
}

/** Writes a registry of one eval, `sums`, and one completion function, `mock`. */
export function writeSumsRegistry(folder: string, options: SumsOptions): string {
  const root = join(folder, "registry");
  for (const name of ["evals", "data/sums", "completion-fns"]) mkdirSync(join(root, name), { recursive: true });
  const rows = Array.from({ length: options.samples }, (_, i) => ({
    input: [{ role: "user", content: `What is ${i} plus ${i % 7}?` }],
    ideal: `the sum is ${i + (i % 7)}`,
    metadata: { group: `g${i % 40}` },
  }));
  writeFileSync(join(root, "data/sums/rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    join(root, "evals/sums.yaml"),
    `sums:\n  id: sums.test.v1\nsums.test.v1:\n  class: fuzzy-match\n  args: { samples_jsonl: sums/rows.jsonl }\n${options.evalMore ?? ""}`,
  );
  writeFileSync(
    join(root, "completion-fns/mock.yaml"),
    `mock: { class: http, args: { url: "${options.url}", model: mock-1${options.functionArgs ?? ""} } }\n`,
  );
  return root;
}

/** The question in a request to the mock: `What is 3 plus 4?`. */
export function questionIn(request: MockRequest): string {
  const messages = request.body.messages as { content: string }[] | undefined;
  return messages?.at(-1)?.content ?? "";
}

/** Answers sums: most right, some wrong, some half right, always the same for one question. */
export function answerSums(request: MockRequest): MockAnswer {
  if (request.method === "GET") return { json: { data: [] } };
  const [a = 0, b = 0] = (questionIn(request).match(/\d+/g) ?? []).map(Number);
  const reply = a % 5 === 0 ? "no idea at all" : a % 3 === 0 ? `the sum is ${a + b} I think, or more` : `the sum is ${a + b}`;
  return replyTo(request, reply);
}
