import type { Completion } from "../../core/completion.ts";
import { hashJson, textHash } from "../../core/hash.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { Prompt } from "../../core/message.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { contentHashes, type SampleContent, sampleRowSchema, toContent } from "../../core/sample.ts";
import type { Score } from "../../core/score.ts";
import { splitThinking } from "../../core/think.ts";
import { type FilteredMetric, filterOf, metricsOf } from "./lm-eval-index.ts";
import { bagAt, metricName, promptOf, shortened, textAt, textsOf, unscored, verdict } from "./log-values.ts";

type Place = Pick<SampleLine, "id" | "attempt" | "seq" | "index">;

/** What each metric of each filter is called here. */
export type MetricNames = ReadonlyMap<string, string>;

/**
 * `acc`, else `exact_match`, by the first filter that gives it, is `accuracy`. A metric that several filters give has the filter in its
 * name.
 */
export function metricNames(metrics: readonly FilteredMetric[]): MetricNames {
  const verdictOf = (name: string) => metrics.find(({ metric }) => metric === name);
  const accuracy = verdictOf("acc") ?? verdictOf("exact_match");
  return new Map(
    metrics.map((one) => {
      const several = metrics.some(({ metric, filter }) => metric === one.metric && filter !== one.filter);
      const name = one === accuracy ? "accuracy" : several ? metricName(one.metric, one.filter) : metricName(one.metric);
      return [JSON.stringify([one.metric, one.filter]), name];
    }),
  );
}

/** The lines of one document, one for each filter, as a line of a run. */
export function lmEvalLine(place: Place, filtered: readonly Bag[], names: MetricNames): SampleLine {
  const sample = filtered[0] ?? {};
  const content = contentOf(sample, place);
  const hashes = contentHashes(content);
  const prompt = promptAt(sample);
  const item = hasContent(content) ? hashes.item : fallbackHash(sample, prompt, place);
  const line: SampleLine = {
    type: "sample",
    ...place,
    hashes: { item, ideal: hashes.ideal, prompt: prompt === undefined ? promptFallback(sample, item) : hashJson(prompt) },
  };
  const completions = repliesOf(sample);
  if (completions[0] !== undefined) line.completion = completions[0];
  if (completions.length > 1) line.more = { completion: completions.slice(1) };
  line.scores = scoresOf(filtered, names);
  if (Object.keys(content.metadata).length > 0) line.metadata = content.metadata as NonNullable<SampleLine["metadata"]>;
  if (hasContent(content)) line.input = content.input as NonNullable<SampleLine["input"]>;
  line.ideal = [...content.ideal];
  if (content.choices !== undefined) line.choices = [...content.choices];
  if (content.answers !== undefined) line.answers = [...content.answers];
  if (Object.keys(content.fields).length > 0) line.fields = content.fields as NonNullable<SampleLine["fields"]>;
  return line;
}

/** A document is read as a row of a sample file; one that is none is all `fields`. The target is the ideal where the row has none. */
function contentOf(sample: Bag, place: Place): SampleContent {
  const doc = bagAt(sample, "doc");
  const row = sampleRowSchema.safeParse(doc);
  const target = sample.target === undefined || sample.target === null ? [] : textsOf(sample.target);
  const content = row.success
    ? toContent(row.data, place.index, "")
    : { id: place.id, index: place.index, input: null, ideal: [], fields: doc, metadata: {} };
  return { ...content, ideal: content.ideal.length > 0 ? content.ideal : target };
}

function hasContent({ input, fields, choices }: SampleContent): boolean {
  return input !== null || choices !== undefined || Object.keys(fields).length > 0;
}

/** Of a log without documents: its own hash of the document, else the prompt, else the number. */
function fallbackHash(sample: Bag, prompt: Prompt | undefined, place: Place): string {
  const docHash = textAt(sample, "doc_hash");
  if (docHash !== undefined) return textHash(`lm_eval doc ${docHash}`);
  return prompt === undefined ? textHash(`lm_eval id ${place.id}`) : hashJson(prompt);
}

function promptFallback(sample: Bag, item: string): string {
  const promptHash = textAt(sample, "prompt_hash");
  return promptHash === undefined ? item : textHash(`lm_eval prompt ${promptHash}`);
}

/** The arguments of the first request: `{ arg_0, arg_1 }`, or a list in old logs. */
function argumentsOf(sample: Bag): readonly (Json | undefined)[] {
  const given = sample.arguments;
  const first = isBag(given) ? given.gen_args_0 : Array.isArray(given) ? given[0] : undefined;
  if (isBag(first)) return [first.arg_0, first.arg_1];
  return Array.isArray(first) ? first : [];
}

/** What was sent. A chat stands there as the text of its JSON, sometimes in a list of its own. */
function promptAt(sample: Bag): Prompt | undefined {
  const [sent] = argumentsOf(sample);
  const text = Array.isArray(sent) && sent.length === 1 ? sent[0] : sent;
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") return promptOf(text);
  if (!Array.isArray(sent)) return text;
  try {
    return promptOf(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Generated texts; none for likelihoods, which are pairs of a number and whether the text is the likeliest. */
function repliesOf(sample: Bag): Completion[] {
  const { resps } = sample;
  const first = Array.isArray(resps) ? resps[0] : undefined;
  const texts = (Array.isArray(first) ? first : [first]).filter((one) => typeof one === "string");
  const given = argumentsOf(sample);
  if (given.length > 0 && !isBag(given[1])) return [];
  return texts.map((text) => ({ ...splitThinking(text), finish: "other", ms: 0 }));
}

const verdictName = /^(?:acc|exact_match|em)(?:_|$)/;

function scoresOf(filtered: readonly Bag[], names: MetricNames): Score[] {
  const scores: Score[] = [];
  const given = new Set<string>();
  for (const sample of filtered) {
    const filter = filterOf(sample);
    for (const metric of metricsOf(sample)) {
      const name = names.get(JSON.stringify([metric, filter]));
      if (name === undefined || given.has(name)) continue;
      given.add(name);
      const value = typeof sample[metric] === "boolean" ? Number(sample[metric]) : sample[metric];
      if (typeof value !== "number") scores.push(unscored(name, "the log has no number here"));
      else if (verdictName.test(metric)) scores.push(verdict(name, value, labelOf(sample)));
      else scores.push({ name, value });
    }
  }
  for (const name of names.values())
    if (!given.has(name)) scores.push(unscored(name, "the log has no such metric of this sample"));
  return scores.sort((a, b) => Number(b.name === "accuracy") - Number(a.name === "accuracy"));
}

/** What the filter made of a generated reply. */
function labelOf({ filtered_resps: said }: Bag): Partial<Score> {
  const [first] = Array.isArray(said) ? said : [];
  const text = Array.isArray(first) && first.length === 1 ? first[0] : first;
  return typeof text === "string" ? { label: shortened(text) } : {};
}
