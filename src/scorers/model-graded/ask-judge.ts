import type { Completion, CompletionRequest, Sampling } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { Message } from "../../core/message.ts";
import type { Judge } from "../../core/score.ts";
import { rawText } from "../../core/think.ts";
import { answerInstruction, gradeInstruction, gradeTool, type Manner } from "./instruction.ts";
import { type EvalType, type MatchFn, parseChoice } from "./parse-choice.ts";
import { type ReadGrade, readGrade } from "./read-grade.ts";

/** How grades are asked for. */
export interface AskingRules {
  readonly choices: readonly string[];
  readonly sampling: Sampling;
  /** In place of our words behind the prompt. */
  readonly instruction: string | undefined;
  /**
   * Lines of prose, by openai/evals' rules; undefined = a tool call, JSON or a marked line, whatever the judge can do.
   * `appended`: the prompt does not say yet how to answer.
   */
  readonly prose: { readonly evalType: EvalType; readonly matchFn: MatchFn; readonly appended: EvalType | undefined } | undefined;
  /** Reasoning text is read too, as upstream does. */
  readonly compat: boolean;
}

/** A judge's grade, and the reply that it was read from. */
export interface Grade extends ReadGrade {
  readonly completion: Completion;
}

const weaker: { readonly [manner in Manner]: Manner | undefined } = { tool: "schema", schema: "text", text: undefined };

/** Asks judges for grades; remembers which of them refused a manner that they were said to know. */
export function gradeAsker(rules: AskingRules): (judge: Judge, question: readonly Message[]) => Promise<Grade> {
  const manners = new Map<string, Manner>();
  const { choices, sampling, prose, instruction, compat } = rules;

  async function askInProse(
    judge: Judge,
    question: readonly Message[],
    { evalType, matchFn, appended }: NonNullable<typeof prose>,
  ) {
    const behind = appended === undefined ? instruction : answerInstruction(appended, choices, instruction);
    const prompt = behind === undefined ? question : withBehind(question, behind);
    const completion = await judge.ask({ prompt, sampling });
    const said = compat ? rawText(completion) : completion.text;
    const choice = parseChoice(said, { evalType, choices, matchFn });
    return { completion, choice, reason: said.trim() === choice ? undefined : said.trim() };
  }

  return async (judge, question) => {
    if (prose !== undefined) return askInProse(judge, question, prose);
    for (let manner: Manner = manners.get(judge.name) ?? mannerOf(judge); ; ) {
      try {
        const completion = await judge.ask(gradeRequest(manner, question, rules));
        return { completion, ...readGrade(completion, choices) };
      } catch (error) {
        const isMiss = error instanceof FinegaugeError && error.code === "cache.miss";
        const next: Manner | undefined = isMiss || isRefusal(error) ? weaker[manner] : undefined;
        if (next === undefined) throw error;
        // What the cache does not have in one manner may have been asked in another.
        if (!isMiss) manners.set(judge.name, next);
        manner = next;
      }
    }
  };
}

function mannerOf({ capabilities }: Judge): Manner {
  if (capabilities.tools === "yes") return "tool";
  return capabilities.json_schema === "yes" ? "schema" : "text";
}

/** A server that does not take the form of the request; one that is down or busy would not take another one either. */
function isRefusal(error: unknown): boolean {
  return error instanceof FinegaugeError && error.code === "provider.rejected";
}

function gradeRequest(
  manner: Manner,
  question: readonly Message[],
  { choices, sampling, instruction }: AskingRules,
): CompletionRequest {
  const listed = choices.map((choice) => `"${choice}"`).join(" or ");
  const own = instruction?.replaceAll("{choices}", () => listed);
  const behind = [own, gradeInstruction(manner, choices)].filter((text) => text !== undefined).join("\n\n");
  const prompt = withBehind(question, behind);
  if (manner === "text") return { prompt, sampling };
  const schema = {
    type: "object",
    properties: { reason: { type: "string" }, grade: { type: "string", enum: choices } },
    required: ["reason", "grade"],
    additionalProperties: false,
  };
  if (manner === "schema") return { prompt, sampling, json_schema: schema };
  const tool = { name: gradeTool, description: "Records the grade.", parameters: schema };
  return { prompt, sampling, tools: [tool], tool_choice: { name: gradeTool } };
}

/** A text behind the last message, after an empty line. */
function withBehind(question: readonly Message[], text: string): readonly Message[] {
  return question.map((message, at) =>
    at < question.length - 1 ? message : { ...message, content: `${message.content}\n\n${text}` },
  );
}
