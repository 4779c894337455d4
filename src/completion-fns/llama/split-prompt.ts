import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import { chatTurns } from "./chat-turns.ts";
import type { Turn, Vocabulary } from "./local-model.ts";
import type { PreparedModel } from "./prepare-model.ts";

/** A prompt as tokens that nothing merges with, and the plain text behind them: a reply that was begun is continued. */
export function splitPrompt(
  prepared: Pick<PreparedModel, "template" | "textRole">,
  model: Pick<Vocabulary, "start" | "renderChat">,
  prompt: Prompt,
): { head: readonly number[]; tail: string } {
  if (prepared.template === undefined) return { head: model.start, tail: toText(prompt) };
  const turns = chatTurns(prompt, prepared.textRole);
  const begun = turns.at(-1)?.role === "assistant" ? turns.pop() : undefined;
  const rendered = renderTurns(model, turns);
  // Some templates write the start token themselves.
  const started = rendered[0] !== undefined && model.start.includes(rendered[0]);
  return { head: started ? rendered : [...model.start, ...rendered], tail: begun?.text ?? "" };
}

function renderTurns(model: Pick<Vocabulary, "renderChat">, turns: readonly Turn[]): readonly number[] {
  try {
    return model.renderChat(turns);
  } catch (cause) {
    throw new FinegaugeError("provider.rejected", `the model's chat template refuses these messages: ${messageOf(cause)}`, {
      cause,
    });
  }
}
