import { type LeakSample, type SampleTexts, sampleTexts } from "./leak-sample.ts";
import { normaliseText } from "./normalise-text.ts";
import { isTemplate } from "./template.ts";
import { textKey } from "./text-key.ts";
import { countWords } from "./words.ts";

/** An answer of so many words or more counts by itself: below it, many rows have the same one by chance. */
export const longAnswer = 8;

/** A normalised text to look for. Samples with the same text share it. */
export interface Unit {
  readonly text: string;
  /** What of the sample it is; `both`: the prompt is that of many samples, and says nothing without its answer. */
  readonly part: "prompt" | "both" | "answer";
  /** Indexes of the samples that have it, and the keys of their texts as they were written. */
  readonly samples: number[];
  readonly rawKeys: number[];
}

/** What is known of the samples, before any training row is. */
export interface EvalTexts {
  readonly samples: readonly {
    readonly id: string;
    readonly item: string;
    /** Normalised. */
    readonly ideal: readonly string[];
    /** As it was written, for people. */
    readonly shown: string;
  }[];
  readonly units: readonly Unit[];
  /** Some sample is its system prompt as well. */
  readonly hasSystems: boolean;
}

/**
 * The texts of samples. A system prompt is left out where many samples have it, and is part of the question where few do, beside the
 * question alone if that has words enough. A prompt that many samples have is looked for together with its answer.
 */
export function evalTexts(samples: Iterable<LeakSample>): EvalTexts {
  const all: { readonly sample: LeakSample; readonly texts: SampleTexts; readonly text: string }[] = [];
  const systems = new Map<string, number>();
  const prompts = new Map<string, number>();
  for (const sample of samples) {
    const texts = sampleTexts(sample);
    const text = joinedText(texts.prompt);
    all.push({ sample, texts, text });
    systems.set(texts.system, (systems.get(texts.system) ?? 0) + 1);
    prompts.set(text, (prompts.get(text) ?? 0) + 1);
  }
  const units = new Map<string, Unit>();
  const add = (at: number, part: Unit["part"], text: string, raw: string) => {
    if (text === "" && raw.trim() === "") return;
    const key = `${part} ${text === "" ? raw : text}`;
    const unit = units.get(key) ?? { text, part, samples: [], rawKeys: [] };
    unit.samples.push(at);
    unit.rawKeys.push(rawKey([raw]));
    units.set(key, unit);
  };
  let hasSystems = false;
  for (const [at, { texts, text }] of all.entries()) {
    const { system, prompt, ideal } = texts;
    const keepsSystem = system !== "" && !isTemplate(systems.get(system) ?? 0, all.length);
    if (keepsSystem) hasSystems = true;
    const asked = keepsSystem ? [system, ...prompt] : prompt;
    const [answer = ""] = ideal;
    if (isTemplate(prompts.get(text) ?? 0, all.length) && !keepsSystem && answer !== "") {
      add(at, "both", joinedText([...asked, answer]), [...asked, answer].join("\n"));
    } else add(at, "prompt", keepsSystem ? joinedText(asked) : text, asked.join("\n"));
    const isOwn = prompts.get(text) === 1 && countWords(text, longAnswer) >= longAnswer;
    if (keepsSystem && isOwn) add(at, "prompt", text, prompt.join("\n"));
    for (const one of new Set(ideal)) {
      const said = normaliseText(one);
      if (countWords(said, longAnswer) >= longAnswer) add(at, "answer", said, one);
    }
  }
  return {
    samples: all.map(({ sample: { id, hashes }, texts: { prompt, ideal } }) => ({
      id,
      item: hashes.item,
      ideal: ideal.map(normaliseText),
      shown: prompt.join("\n"),
    })),
    units: [...units.values()],
    hasSystems,
  };
}

/** Messages as one normalised text; each is normalised by itself, so that where they are joined does not matter. */
export function joinedText(parts: readonly string[]): string {
  return parts
    .map(normaliseText)
    .filter((text) => text !== "")
    .join(" ");
}

/** Of messages as they were written; white space around them is nobody's. */
export function rawKey(parts: readonly string[]): number {
  return textKey(parts.join("\n").trim());
}
