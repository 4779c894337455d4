import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { Completion, CompletionRequest } from "../core/completion.ts";
import { hashJson } from "../core/hash.ts";
import { bagSchema } from "../core/json-schema.ts";
import type { SampleContent } from "../core/sample.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";
import { type Call, callOf, callsIn, matchedCalls, taggedCalls } from "./tool-calls.ts";

const toolSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  parameters: bagSchema.default({}),
});

const argsSchema = z.strictObject({
  /** Offered with each request; a sample's own `tools` go before them. Also as OpenAI writes them. */
  tools: z
    .array(
      z.union([
        toolSchema,
        z.strictObject({ type: z.literal("function"), function: toolSchema }).transform((one) => one.function),
      ]),
    )
    .min(1)
    .optional(),
  tool_choice: z.enum(["auto", "none", "required"]).optional(),
  arguments: z.enum(["exact", "subset", "ignore"]).optional(),
  /** The calls must come in the order of the ideal. */
  ordered: z.boolean().optional(),
  /** Read calls out of the reply's text, where it holds no others: JSON, or `<tool_call>` blocks. */
  from_text: z.boolean().optional(),
  /** Share from which on a reply is right. */
  pass_at: z.number().optional(),
});
/** Calls that a run's line keeps by name. */
const mostShown = 10;

type ToolCallArgs = z.output<typeof argsSchema>;

/** Share of right calls: those that are made and wanted, of all that are made or wanted, whichever are more. Nothing of nothing is 1. */
export function callShare(said: readonly Call[], wanted: readonly Call[], args: ToolCallArgs = {}): number {
  const most = Math.max(said.length, wanted.length);
  return most === 0 ? 1 : matchedCalls(said, wanted, args.arguments ?? "exact", args.ordered) / most;
}

function callsOf({ text, tool_calls: calls = [] }: Completion, { from_text: fromText }: ToolCallArgs): readonly Call[] {
  if (calls.length > 0 || !fromText) return calls.map(callOf);
  return taggedCalls(text) ?? callsIn(text.trim()) ?? [];
}

function toolsOf({ fields }: Pick<SampleContent, "fields">, { tools }: ToolCallArgs): CompletionRequest["tools"] {
  const own = argsSchema.shape.tools.safeParse(fields.tools).data ?? tools;
  return own as CompletionRequest["tools"];
}

function checkSample(sample: SampleContent, args: ToolCallArgs): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  const odd = sample.ideal.find((ideal) => callsIn(ideal) === undefined);
  if (odd !== undefined) return 'its `ideal` is no JSON of tool calls, such as {"name": "search", "arguments": {"q": "x"}}';
  const { tools } = sample.fields;
  if (tools !== undefined && !argsSchema.shape.tools.safeParse(tools).success) {
    return "its `tools` are no list of {name, description, parameters}";
  }
  if (toolsOf(sample, args) === undefined && !args.from_text) return "neither it nor the eval has `tools` to offer the model";
  return undefined;
}

/** Whether the model calls the right tools with the right arguments. */
export const toolCallKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create(args, { name, compat }) {
    const { pass_at: passAt = 1, tool_choice: choice } = args;
    return {
      name,
      hash: hashJson({ kind: "tool-call", args, compat }),
      // Where calls may stand in the text, tools are offered to whom they can be offered.
      needs: args.from_text ? {} : { tools: true },
      asks(sample) {
        const tools = toolsOf(sample, args);
        const request = { prompt: sample.input ?? "", ...(tools && { tools, ...(choice && { tool_choice: choice }) }) };
        return [{ output: "completion", n: 1, request }];
      },
      score(sample, replies): Score[] {
        const said = callsOf(onlyCompletion(replies), args);
        const value = Math.max(...sample.ideal.map((ideal) => callShare(said, callsIn(ideal) ?? [], args)));
        const passed = value >= passAt;
        const called = said.slice(0, mostShown).map((call) => call.name.slice(0, 100));
        return [
          { name: "accuracy", value: passed ? 1 : 0, passed, details: { called } },
          { name: "score", value },
        ];
      },
    };
  },
});
