import { collectRun, compareSides, readSide } from "../../src/compare/index.ts";
import type { Completion } from "../../src/core/completion.ts";
import { evalSpecSchema } from "../../src/core/eval-spec.ts";
import { type EndLine, type RunLine, runLineSchema, type SampleLine } from "../../src/core/run-line.ts";
import { contentHashes } from "../../src/core/sample.ts";
import type { Report, ReportRun } from "../../src/report/index.ts";

export interface LineOptions {
  readonly input?: SampleLine["input"];
  readonly ideal?: string;
  /** null: no reply, an error instead. */
  readonly reply: string | null;
  readonly passed?: boolean;
  readonly label?: string;
  readonly explanation?: string;
  readonly attempt?: number;
  /** Whose attempt it is, by the place of the question; absent = each line is a question of its own. */
  readonly sample?: number;
  readonly metadata?: SampleLine["metadata"];
  readonly completion?: Partial<Completion>;
  readonly error?: string;
}

export interface RunOptions {
  readonly eval?: string;
  readonly model?: string;
  readonly status?: EndLine["status"] | "unfinished";
  readonly reason?: string;
  readonly selected?: number;
  readonly attempts?: number;
  readonly sampling?: RunLine["sampling"];
  readonly judges?: RunLine["judges"];
  readonly spec?: { readonly [key: string]: unknown };
  readonly lines: readonly LineOptions[];
}

/** A run over samples that differ in their inputs, counted by the same code as a real one. */
export function reportRun(options: RunOptions): ReportRun {
  const name = options.eval ?? "capitals.dev.v1";
  const model = options.model ?? "model-a";
  const samples = options.lines.map((line, seq) => sampleLine(name, line, seq));
  const attempts = options.attempts ?? 1;
  const selected = options.selected ?? samples.length / attempts;
  const spec = evalSpecSchema.parse({
    name,
    base: name.split(".")[0],
    split: "dev",
    class: "match",
    scorer: "match",
    compat: false,
    args: {},
    sampling: {},
    ...options.spec,
  });
  const run: RunLine = runLineSchema.parse({
    type: "run",
    format: 1,
    id: `${name}-${model}`,
    tool: "finegauge 0.0.0",
    started: "2026-11-20T10:15:00.000Z",
    eval: name,
    spec,
    spec_hash: "00112233aabbccdd",
    data: { hash: "ddccbbaa33221100", samples: selected, ids: "line", order: "file", seed: 1, selected },
    completion_fn: model,
    model: { fn: "openai", model },
    capabilities: {
      chat: "yes",
      text: "no",
      logprobs: "no",
      top_logprobs_max: 0,
      continuations: "no",
      embeddings: "no",
      tools: "no",
      json_schema: "no",
    },
    judges: options.judges ?? [],
    scorers: [{ name: "match", hash: "0123456789abcdef" }],
    sampling: options.sampling ?? { temperature: 0 },
    attempts,
    inputs: true,
    concurrency: 1,
    resume_hash: "0",
  });
  const collector = collectRun({ spec, selected: selected * attempts, attempts });
  for (const line of samples) collector.observe(line);
  const [counts, metrics] = [collector.counts(), collector.metrics()];
  const status = options.status ?? "complete";
  const end: EndLine | undefined =
    status === "unfinished"
      ? undefined
      : {
          type: "end",
          at: "2026-11-20T10:16:00.000Z",
          status,
          ...(options.reason !== undefined && { reason: options.reason }),
          counts,
          metrics: [...metrics],
          served: collector.served(),
          usage: { model: { input: 100, output: 10 }, judge: { input: 0, output: 0 } },
          cost: collector.cost(),
          wall_ms: 60_000,
        };
  return {
    run,
    end,
    counts,
    metrics,
    slices: collector.slices(),
    latency: collector.latency(),
    async *samples() {
      yield* samples;
    },
  };
}

function sampleLine(evalName: string, options: LineOptions, seq: number): SampleLine {
  const {
    sample = seq,
    input = `question ${sample}`,
    ideal = "right",
    reply,
    attempt = 0,
    metadata,
    completion,
    label,
    explanation,
    error,
  } = options;
  const passed = options.passed ?? reply === ideal;
  const score = { name: "accuracy", value: passed ? 1 : 0, passed };
  return {
    type: "sample",
    id: `${evalName}.${sample}`,
    attempt,
    seq,
    index: sample,
    hashes: { ...contentHashes({ input, ideal: [ideal], fields: {} }), prompt: "0" },
    input,
    ideal: [ideal],
    ...(metadata && { metadata }),
    ...(reply === null
      ? { error: { code: "provider.server", message: error ?? "the server gave up", tries: [] } }
      : {
          completion: { text: reply, finish: "stop", ms: 12.5, ...completion },
          scores: [{ ...score, ...(label !== undefined && { label }), ...(explanation !== undefined && { explanation }) }],
        }),
  };
}

export function reportOf(...runs: readonly ReportRun[]): Report {
  return { made: "2026-11-20T10:20:00.000Z", tool: "finegauge 0.0.0", runs };
}

/** Two runs of one eval, and what was found between them. */
export async function comparedReport(baseline: RunOptions, candidate: RunOptions, margin?: number): Promise<Report> {
  return compareRuns([reportRun(baseline), reportRun(candidate)], margin);
}

/** Runs two by two: the first of each is the baseline. */
export async function compareRuns(runs: readonly ReportRun[], margin?: number): Promise<Report> {
  const comparisons = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const [before, after] = [runs[at], runs[at + 1]] as [ReportRun, ReportRun];
    const { comparison } = await compareSides(await readSide(before), await readSide(after), { margin });
    comparisons.push({ comparison, baseline: at, candidate: at + 1 });
  }
  return { ...reportOf(...runs), comparisons, command: "finegauge diff base tuned" };
}

/** Texts that break careless writers. */
export const hostileTexts: readonly string[] = [
  "</script><script>document.title='broken'</script>",
  "<!-- <script>",
  "]]><![CDATA[",
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-2",
  "@SUM(A1)",
  "\tafter a tab",
  "\rafter a return",
  "＝1+1",
  'quote " comma , semicolon ; pipe | newline\nnext\r\nthird',
  "nul \u0000 bell \u0007 escape \u001b[31m delete \u007f c1 \u0085",
  "lone \ud800 surrogate \udc00 swapped \udc00\ud800",
  "bidi \u202egnp.exe\u202c isolate \u2066x\u2069 mark \u200f",
  "unseen \u200b\u2060\ufeff\u{e0041} separator \u2028\u2029",
  "not a character \ufffe\uffff",
  "| a | b |\n|---|---|\n# heading\n- item @everyone [link](javascript:alert(1)) ![](http://127.0.0.1:9/x.png)",
  "`code` ``two`` ```\nfence\n``` ~~~",
  "<img src=x onerror=\"document.title='broken'\"> &amp; &lt; &#0; &unknown;",
  "<details><summary>x</summary>",
  "👩‍👩‍👧 café नमस्ते עברית",
  `long ${"x".repeat(100_000)} end`,
];

/** Every text in every place that a model, a data file or a server can fill. */
function hostileLines(): LineOptions[] {
  return hostileTexts.flatMap((text): LineOptions[] => [
    { input: text, ideal: text, reply: text, explanation: text, label: text, metadata: { label: text } },
    {
      input: [{ role: "user", content: text, name: text }],
      ideal: "right",
      reply: text,
      completion: { reasoning: text, refusal: text, logprobs: [{ token: text, logprob: -1 }] },
    },
    { reply: null, error: text },
  ]);
}

function hostileRuns(): [ReportRun, ReportRun] {
  const lines = hostileLines();
  const spec = { slices: ["metadata.label"], description: hostileTexts.join(" ") };
  return [
    reportRun({ eval: "hostile", model: "=model <b>|`", lines, spec }),
    reportRun({ eval: "hostile", model: "other", lines, status: "stopped", reason: "</script>", spec }),
  ];
}

export function hostileReport(): Report {
  return reportOf(...hostileRuns());
}

/** The same with every verdict turned round in the candidate, so that each text stands in a flip as well. */
export async function hostileDiff(): Promise<Report> {
  const [before] = hostileRuns();
  const turned = hostileLines().map((line) => ({ ...line, passed: line.reply !== line.ideal }));
  const after = reportRun({
    eval: "hostile",
    model: "other </script> @everyone",
    lines: turned.map((line) => (line.reply === null ? line : { ...line, reply: `${line.reply} <b>and more</b>` })),
    spec: { slices: ["metadata.label"] },
  });
  return { ...(await compareRuns([before, after], 0.02)), command: hostileTexts.join(" ") };
}
