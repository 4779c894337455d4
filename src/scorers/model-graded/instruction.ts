import type { EvalType } from "./parse-choice.ts";

/**
 * What is put behind a grading prompt so that its reply can be read. Where the grade stands is what openai/evals asks for too; the
 * words are not, and `instruction` of the spec replaces them.
 */
const wordings: { readonly [type in EvalType]: (choices: string) => string } = {
  classify: (choices) => `Reply with ${choices} and with nothing else: no quotes, no reasons, no other words.`,
  classify_cot: (choices) =>
    `Begin your reply with ${choices}, without quotes, alone on the first line. Give your reasons on the lines after it.`,
  cot_classify: (choices) =>
    `First think it through, step by step, without naming your answer early. Then write ${choices}, without quotes, alone on a line of its own, and write the same once more alone on the last line.\n\nReasons:`,
  cot_classify_jp: (choices) =>
    `まず理由を順を追って書き、結論を先に述べないでください。次に ${choices} のどれか一つを、引用符を付けずに単独の行に書き、最後の行に同じ答えをもう一度書いてください。\n\n理由:`,
};

/** The instruction for a reply that is read line by line. */
export function answerInstruction(evalType: EvalType, choices: readonly string[], own: string | undefined): string {
  const listed = choices.map((choice) => `"${choice}"`).join(" or ");
  return own === undefined ? wordings[evalType](listed) : own.replaceAll("{choices}", () => listed);
}

/** How a judge is asked for a grade that need not be looked for in prose. */
export type Manner = "tool" | "schema" | "text";

/** The instruction for a grade in a form of its own. */
export function gradeInstruction(manner: Manner, choices: readonly string[]): string {
  const listed = choices.map((choice) => `"${choice}"`).join(", ");
  if (manner === "tool")
    return `Call the tool \`${gradeTool}\`: first your reason in a few sentences, then one grade out of ${listed}.`;
  if (manner === "schema") {
    return `Reply with one JSON object: "reason", a few sentences, and then "grade", one out of ${listed}.`;
  }
  return `First give your reason in a few sentences. Then end with a line of the form\nGRADE: <grade>\nin which <grade> is one out of ${listed}.`;
}

export const gradeTool = "grade";
