import type { Completion } from "../../core/completion.ts";
import { hashJson, textHash } from "../../core/hash.ts";
import type { Bag, Json } from "../../core/json.ts";
import type { Prompt } from "../../core/message.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { contentHashes } from "../../core/sample.ts";
import type { Score } from "../../core/score.ts";
import { splitThinking } from "../../core/think.ts";
import {
  bagAt,
  failureOf,
  metricName,
  numberAt,
  promptOf,
  shortened,
  textAt,
  textsOf,
  unscored,
  verdict,
  wholeAt,
} from "./log-values.ts";
import type { LogEvent } from "./openai-events.ts";

/** What the whole log decides about each of its lines. */
export interface LineManner {
  /** Stands in for the hash of a content that the log does not have. */
  readonly eval: string;
  /** A model gave the grades: the last reply of an attempt is the judge's. */
  readonly graded: boolean;
  /** The score that is missing where an attempt has none; undefined where no one name could be said. */
  readonly primary: string | undefined;
}

type Place = Pick<SampleLine, "id" | "attempt" | "seq" | "index">;

/** One attempt's events as a line of a run. */
export function openaiLine(place: Place, events: readonly LogEvent[], manner: LineManner): SampleLine {
  const dataOf = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
  const samplings = dataOf("sampling");
  const match = dataOf("match").at(-1);
  const metrics: Bag = Object.assign({}, ...dataOf("metrics"));
  const hasMetrics = events.some(({ type }) => type === "metrics");
  const error = dataOf("error").at(-1);

  const judged = manner.graded && hasMetrics ? samplings.at(-1) : undefined;
  const own = judged === undefined ? samplings : samplings.slice(0, -1);
  const reply = chosen(own, match);
  // Upstream tells prompt and ideal nowhere else; what we export says them of an attempt without a verdict too.
  const input = promptIn(own[0] ?? error);
  const ideal = match && "expected" in match && match.expected !== null ? textsOf(match.expected) : idealIn(metrics, error);

  const line: SampleLine = { type: "sample", ...place, hashes: hashesOf(input, ideal, reply, place, manner) };
  if (error !== undefined && match === undefined && !hasMetrics) {
    line.error = failureOf([textAt(error, "type"), textAt(error, "message")].filter((part) => part !== undefined).join(": "));
  } else {
    const completions = reply === undefined ? saidInMatch(match) : completionsOf(reply);
    if (completions[0] !== undefined) line.completion = completions[0];
    if (completions.length > 1) line.more = { completion: completions.slice(1) };
    line.scores = scoresOf(match, hasMetrics ? metrics : undefined, judged, manner);
  }
  if (input !== undefined) line.input = input as NonNullable<SampleLine["input"]>;
  if (ideal !== undefined) line.ideal = ideal;
  return line;
}

/** The reply that was judged: what the match says it judged, else the last. */
function chosen(samplings: readonly Bag[], match: Bag | undefined): Bag | undefined {
  const said = match && textAt(match, "sampled");
  const judged = said === undefined ? undefined : samplings.findLast(({ sampled }) => textsOf(sampled).includes(said));
  return judged ?? samplings.at(-1);
}

function idealIn(...holders: readonly (Bag | undefined)[]): string[] | undefined {
  const given = holders.map((holder) => holder?.expected).find((one) => typeof one === "string" || Array.isArray(one));
  return given === undefined ? undefined : textsOf(given);
}

function promptIn(sampling: Bag | undefined): Prompt | undefined {
  const prompt = sampling?.prompt;
  return prompt === undefined || prompt === null ? undefined : asInput(promptOf(prompt));
}

/** A text prompt reaches a chat model as one system message, and that is how it is logged. */
function asInput(prompt: Prompt): Prompt {
  const [only, ...others] = typeof prompt === "string" ? [] : prompt;
  if (only?.role !== "system" || others.length > 0 || Object.keys(only).length !== 2) return prompt;
  return typeof only.content === "string" ? only.content : prompt;
}

function hashesOf(
  input: Prompt | undefined,
  ideal: readonly string[] = [],
  reply: Bag | undefined,
  place: Place,
  manner: LineManner,
): SampleLine["hashes"] {
  const { item, ideal: idealHash, input: prompt } = contentHashes({ input: input ?? null, ideal, fields: {} });
  if (input === undefined) {
    const byId = textHash(`openai/evals ${manner.eval} ${place.id}`);
    return { item: byId, ideal: idealHash, prompt: byId };
  }
  const sent = promptIn(reply);
  return { item, ideal: idealHash, prompt: sent === undefined ? prompt : hashJson(sent) };
}

/** A log that lost its sampling event still says what was judged. */
function saidInMatch(match: Bag | undefined): Completion[] {
  const said = match && textAt(match, "sampled");
  return said === undefined ? [] : [{ ...splitThinking(said), finish: "other", ms: 0 }];
}

function completionsOf(sampling: Bag): Completion[] {
  const model = textAt(sampling, "model");
  const usage = usageOf(bagAt(sampling, "usage"));
  const texts = sampling.sampled === undefined ? [] : textsOf(sampling.sampled ?? "");
  return texts.map((text, at) => ({
    ...splitThinking(text),
    finish: "other",
    // Counted by the provider over all replies to one request.
    ...(at === 0 && usage !== undefined && { usage }),
    ms: 0,
    ...(model !== undefined && { served: { model } }),
  }));
}

function usageOf(usage: Bag): Completion["usage"] {
  const [input, output] = [wholeAt(usage, "prompt_tokens"), wholeAt(usage, "completion_tokens")];
  if (input === undefined || output === undefined || input < 0 || output < 0) return undefined;
  const cached = wholeAt(bagAt(usage, "prompt_tokens_details"), "cached_tokens");
  const reasoning = wholeAt(bagAt(usage, "completion_tokens_details"), "reasoning_tokens");
  return { input, output, ...(cached && cached > 0 && { cached }), ...(reasoning && reasoning > 0 && { reasoning }) };
}

function scoresOf(match: Bag | undefined, metrics: Bag | undefined, judged: Bag | undefined, manner: LineManner): Score[] {
  const scores: Score[] = [];
  if (match !== undefined) scores.push(matchScore(match));
  if (metrics !== undefined) {
    if (manner.graded) scores.push(gradeScore(metrics, judged));
    for (const [key, value] of Object.entries(metrics)) {
      if (manner.graded && (key === "choice" || key === "score")) continue;
      const name = metricName(key);
      if (scores.some((score) => score.name === name)) continue;
      const score = metricScore(name, value);
      if (score !== undefined) scores.push(score);
    }
  }
  if (scores.length === 0 && manner.primary !== undefined) {
    scores.push(unscored(manner.primary, "the log has no verdict on this reply"));
  }
  return scores;
}

function matchScore(match: Bag): Score {
  const { correct } = match;
  if (typeof correct !== "boolean") return unscored("accuracy", "the log does not say whether the reply is right");
  const picked = match.picked;
  const texts = picked === null || picked === undefined ? [] : textsOf(picked).map((text) => shortened(text));
  const shown = Array.isArray(picked) ? texts : texts[0];
  return verdict("accuracy", correct ? 1 : 0, correct && texts.length > 0 ? { details: { picked: shown as Json } } : {});
}

function gradeScore(metrics: Bag, judged: Bag | undefined): Score {
  const choice = textAt(metrics, "choice");
  const value = numberAt(metrics, "score");
  const [completion] = judged === undefined ? [] : completionsOf(judged);
  const more: Partial<Score> = {
    ...(choice !== undefined && { label: shortened(choice) }),
    ...(completion !== undefined && { judgements: [{ judge: completion.served?.model ?? "judge", completion }] }),
  };
  return value === undefined
    ? unscored("score", choice === undefined ? "the log has no grade" : `the grade ${shortened(choice, 80)} has no value`, more)
    : { name: "score", value, ...more };
}

/** undefined for what is no number and no verdict, such as a text. */
function metricScore(name: string, value: Json | undefined): Score | undefined {
  if (typeof value === "boolean") return verdict(name, value ? 1 : 0);
  if (value === null) return unscored(name, "the log has no number here");
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return name === "accuracy" ? verdict(name, value) : { name, value };
}
