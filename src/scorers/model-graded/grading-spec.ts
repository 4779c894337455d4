import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { choiceFault, choicesOf, scoringOf } from "./choices.ts";
import { evalTypes } from "./parse-choice.ts";
import { parseTemplate } from "./template.ts";

const template = z.string().superRefine((text, ctx) => {
  try {
    parseTemplate(text);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: messageOf(error) });
  }
});

const wrappingGaps = ["i", "i_abc", "i_ABC", "output", "n"];

/** Around one of several replies. */
const wrapping = template.superRefine((text, ctx) => {
  const other = gapsOf(text).find((gap) => !wrappingGaps.includes(gap));
  if (other !== undefined)
    ctx.addIssue({ code: "custom", message: `\`{${other}}\` is none of its gaps: ${wrappingGaps.join(", ")}` });
});

/** Names of the gaps; none of a text that is no template, which is said elsewhere. */
function gapsOf(text: string): readonly string[] {
  try {
    return parseTemplate(text).names;
  } catch {
    return [];
  }
}

const choice = z.union([z.string(), z.number().transform(String)]);
const name = z.string().min(1);

/** A grading prompt: openai/evals' keys, then ours. */
export const gradingSpecSchema = z
  .object({
    /** Its name in the registry. */
    key: z.string().optional(),
    prompt: z.union([
      template,
      z.array(z.object({ role: z.enum(["system", "developer", "user", "assistant"]), content: template })).min(1),
    ]),
    /** A text stands for its characters, or for one of the sets `from_n`, `from_n_abc`, `from_n_ABC`. */
    choice_strings: z.union([z.string().min(1), z.array(choice).min(1)]),
    choice_scores: z.union([z.literal("from_strings"), z.record(z.string(), z.number())]).optional(),
    /** Key of the sample that is asked, to the name of the reply in the prompt. */
    input_outputs: z.record(name, name),
    eval_type: z.enum(evalTypes).optional(),
    /** Around each of several replies; `{i}`, `{i_abc}`, `{i_ABC}`, `{output}`, `{n}`. */
    output_template: wrapping.optional(),
    /** What `output_template` was called in old releases: the name of the reply to its wrapping. */
    completion_sample_templates: z.record(z.string(), wrapping).optional(),

    /** Who grades, unless the eval or the command line says. */
    judge: z.union([name, z.array(name).min(1)]).optional(),
    /** In place of our words behind the prompt; `{choices}` stands for the choices. */
    instruction: z.string().optional(),
    /** A score from here on is right. */
    pass_at: z.number().optional(),
    /** Asks a second time with two things in each other's place. */
    both_orders: z
      .strictObject({
        /** Gaps of the prompt that change places. */
        swap: z.record(name, name),
        /** Choices that change with them. */
        choices: z.record(z.string(), z.string()),
        /** The choice that counts when the two orders do not agree. */
        disagree: z.string(),
      })
      .optional(),
    /** Asks once for each item of a list in the sample: its key, to the name of the item in the prompt. */
    for_each: z
      .record(name, name)
      .refine((map) => Object.keys(map).length === 1, "one list is walked through, not several")
      .optional(),
  })
  .superRefine((spec, ctx) => {
    const fault = (path: PropertyKey[], message: string) => ctx.addIssue({ code: "custom", path, message });
    if (Array.isArray(spec.choice_strings)) {
      for (const [i, text] of spec.choice_strings.entries()) {
        const wrong = choiceFault(text);
        if (wrong !== undefined) fault(["choice_strings", i], wrong);
      }
      const twice = spec.choice_strings.find((text, i, all) => all.indexOf(text) !== i);
      if (twice !== undefined) fault(["choice_strings"], `"${twice}" is there twice`);
    } else if (!spec.choice_strings.startsWith("from_n")) {
      const wrong = [...spec.choice_strings].map(choiceFault).find((found) => found !== undefined);
      if (wrong !== undefined) fault(["choice_strings"], wrong);
    }
    // How many there are of a set is only known with the eval.
    if (typeof spec.choice_strings === "string" && spec.choice_strings.startsWith("from_n")) return;
    const choices = choicesOf(spec.choice_strings, 1);
    const { missing } = scoringOf(spec.choice_scores, choices);
    if (missing !== undefined) fault(["choice_scores"], `the choice "${missing}" has no score`);
    const { both_orders: both } = spec;
    if (both === undefined) return;
    const gaps = typeof spec.prompt === "string" ? gapsOf(spec.prompt) : spec.prompt.flatMap(({ content }) => gapsOf(content));
    for (const gap of Object.entries(both.swap).flat()) {
      if (!gaps.includes(gap)) fault(["both_orders", "swap"], `the prompt has no \`{${gap}}\``);
    }
    for (const [from, to] of Object.entries(both.choices)) {
      if (!choices.includes(from) || !choices.includes(to))
        fault(["both_orders", "choices"], `"${from}" or "${to}" is no choice`);
    }
    if (!choices.includes(both.disagree)) fault(["both_orders", "disagree"], `"${both.disagree}" is no choice`);
  });
export type GradingSpec = z.output<typeof gradingSpecSchema>;
