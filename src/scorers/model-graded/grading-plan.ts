import { FinegaugeError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Message, Prompt } from "../../core/message.ts";
import type { SampleContent } from "../../core/sample.ts";
import type { Ask } from "../../core/score.ts";
import type { ModelGradedArgs } from "./args.ts";
import { choicesOf, type Scoring, scoringOf } from "./choices.ts";
import type { GradingSpec } from "./grading-spec.ts";
import { neutraliser } from "./neutralise.ts";
import { asPrompt, promptText, rowValues } from "./sample-values.ts";
import { fillTemplate, parseTemplate, type Template } from "./template.ts";

/** One question to a judge: the grading prompt with everything filled in. */
interface GradingQuestion {
  readonly messages: readonly Message[];
  /** Which item of `for_each` it is about; 0 without one. */
  readonly item: number;
  /** The two things stand in each other's place. */
  readonly swapped: boolean;
}

/** Everything that an eval's arguments say about grading, worked out once. */
export interface GradingPlan {
  readonly choices: readonly string[];
  readonly scoring: Scoring | undefined;
  /** Why a sample cannot be asked or graded, in one sentence. */
  fault(sample: SampleContent): string | undefined;
  /** What the model under test is asked: nothing when the sample brings its replies along. */
  asks(sample: SampleContent): readonly Ask[];
  /** @param replies texts by the name of the output */
  questions(sample: SampleContent, replies: { readonly [output: string]: readonly string[] }): readonly GradingQuestion[];
}

/**
 * @param compat prompts exactly as openai/evals builds them: what is graded goes in as it is
 * @throws FinegaugeError `registry.invalid` for a choice without a score, when the choices hang on `multicomp_n`
 */
export function gradingPlan(args: ModelGradedArgs, compat: boolean): GradingPlan {
  const { modelgraded_spec: spec, multicomp_n: n = 1, modelgraded_spec_args: extra = {} } = args;
  const choices = choicesOf(spec.choice_strings, n);
  const { scoring, missing } = scoringOf(spec.choice_scores, choices);
  if (missing !== undefined) {
    throw new FinegaugeError("registry.invalid", `choice_scores has no score for the choice "${missing}"`);
  }
  const templates = messagesOf(spec).map(({ role, content }) => ({ role, content: parseTemplate(content) }));
  const wrapping = wrappingOf(spec);
  const neutralise = compat ? (text: string) => text : neutraliser(templates.map(({ content }) => content));
  const gaps = [...new Set(templates.flatMap(({ content }) => content.names))];
  const [list, item] = Object.entries(spec.for_each ?? {})[0] ?? [];
  const swap = spec.both_orders && Object.entries(spec.both_orders.swap);
  const outputs = Object.entries(spec.input_outputs);

  const valuesOf = (sample: SampleContent) => rowValues(sample, args.samples_renamings);

  return {
    choices,
    scoring,
    fault(sample) {
      const row = valuesOf(sample);
      for (const [input, output] of outputs) {
        if (Object.hasOwn(row, output)) continue;
        if (!Object.hasOwn(row, input)) return `it has no \`${input}\`, so there is nothing to ask`;
        if (asPrompt(row[input]) === undefined) return `its \`${input}\` is neither a text nor a chat`;
      }
      if (n > 1 && wrapping === undefined && outputs.some(([, output]) => !Object.hasOwn(row, output))) {
        return "several replies are graded together, and the grading prompt has no `output_template`";
      }
      if (list !== undefined) {
        const items = extra[list] ?? row[list];
        if (!Array.isArray(items) || items.length === 0) return `its \`${list}\` is no list with something in it`;
      }
      const known = new Set([...Object.keys(row), ...Object.keys(extra), ...outputs.map(([, output]) => output), "n", item]);
      const unknown = gaps.find((gap) => !known.has(gap));
      if (unknown !== undefined) return `it has no \`${unknown}\`, which the grading prompt asks for`;
      if (args.metaeval && typeof row.choice !== "string") return "it has no `choice` to hold the grade against";
      return undefined;
    },
    asks(sample) {
      const row = valuesOf(sample);
      return outputs
        .filter(([, output]) => !Object.hasOwn(row, output))
        .map(([input, output]): Ask => ({ output, n, request: { prompt: asPrompt(row[input]) as Prompt } }));
    },
    questions(sample, replies) {
      const row = valuesOf(sample);
      const written = (value: Json) => neutralise(promptText(value));
      const values: { [name: string]: string } = { n: String(n) };
      for (const [output, texts] of Object.entries(replies)) values[output] = neutralise(joined(texts, wrapping));
      for (const [key, value] of Object.entries(row)) values[key] = written(value);
      for (const [key, value] of Object.entries(extra)) values[key] = promptText(value);
      const items = list === undefined ? [undefined] : ((extra[list] ?? row[list]) as readonly Json[]);
      return items.flatMap((one, at) => {
        const filled = one === undefined || item === undefined ? values : { ...values, [item]: promptText(one) };
        const straight = { messages: fill(filled), item: at, swapped: false };
        return swap === undefined ? [straight] : [straight, { messages: fill(swapped(filled, swap)), item: at, swapped: true }];
      });
    },
  };

  function fill(values: { readonly [name: string]: string }): readonly Message[] {
    return templates.map(({ role, content }) => ({ role, content: fillTemplate(content, values) }));
  }
}

function messagesOf({ prompt }: GradingSpec) {
  return typeof prompt === "string" ? [{ role: "user" as const, content: prompt }] : prompt;
}

/** An old spec names its wrapping after the reply that it is put around. */
function wrappingOf({ output_template: own, completion_sample_templates: old = {} }: GradingSpec): Template | undefined {
  const text = own ?? (Object.keys(old).length === 1 ? Object.values(old)[0] : undefined);
  return text === undefined ? undefined : parseTemplate(text);
}

function swapped(values: { readonly [name: string]: string }, pairs: readonly [string, string][]): { [name: string]: string } {
  const result = { ...values };
  for (const [a, b] of pairs) {
    result[a] = values[b] as string;
    result[b] = values[a] as string;
  }
  return result;
}

/** Several replies as one text; one alone is itself. */
function joined(texts: readonly string[], wrapping: Template | undefined): string {
  if (texts.length === 1 || wrapping === undefined) return texts[0] ?? "";
  const n = String(texts.length);
  const letter = (from: number, i: number) => String.fromCharCode(from + (i % 26));
  const wrapped = texts.map((output, i) =>
    fillTemplate(wrapping, { i: String(i + 1), i_abc: letter(97, i), i_ABC: letter(65, i), output, n }),
  );
  return wrapped.join("").trim();
}
