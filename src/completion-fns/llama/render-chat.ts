import { FinegaugeError, messageOf } from "../../core/errors.ts";
import type { LocalModel, Turn } from "./local-model.ts";

/** A message as node-llama-cpp has it. */
type HistoryItem = { type: "system" | "user"; text: string } | { type: "model"; response: string[] };

export interface TemplateOptions {
  readonly template: string;
  readonly joinAdjacentMessagesOfTheSameType: boolean;
  readonly trimLeadingWhitespaceInResponses: false;
  readonly functionCallMessageTemplate: "noJinja";
  readonly additionalRenderParameters: { add_generation_prompt: true; tools?: [] };
}

/** A template of the library's, ready to be filled. `rewritten`: system messages became user messages in words of the library's own. */
export type Rendering = (history: HistoryItem[]) => { readonly tokens: readonly number[]; readonly rewritten: boolean };

/**
 * Renders as llama.cpp's server does: the template alone decides, each message for itself, with the cue for a reply at the end. For a
 * template that has no system messages, what they say goes to the head of the user's next message.
 *
 * @param open the library's template engine; throws when it cannot take the template
 * @throws FinegaugeError `model.file-invalid`; and what the template throws, when it renders
 */
export function chatRenderer(
  template: string | undefined,
  open: (options: TemplateOptions) => Rendering,
): LocalModel["renderChat"] {
  if (template === undefined) {
    return () => {
      throw new Error("the model has no chat template");
    };
  }
  const { render, alternating } = openTemplate(template, open);
  const rendered = (turns: readonly Turn[]) => {
    if (alternating && turns.some(({ role }, i) => role === turns[i - 1]?.role)) {
      throw new Error("it wants the messages of user and assistant in turn");
    }
    return render(
      turns.map(({ role, text }) => (role === "assistant" ? { type: "model", response: [text] } : { type: role, text })),
    );
  };
  return (turns) => {
    const asGiven = rendered(turns);
    return asGiven.rewritten ? rendered(withoutSystem(turns)).tokens : asGiven.tokens;
  };
}

/**
 * The library tries a new template on chats of its own, with messages of one speaker in a row, which Gemma's and Mistral's refuse, and
 * without tools, which some take for granted. So it is asked again with less.
 */
function openTemplate(template: string, open: (options: TemplateOptions) => Rendering) {
  const attempts = [
    { alternating: false, parameters: {} },
    { alternating: true, parameters: {} },
    { alternating: false, parameters: { tools: [] as [] } },
    { alternating: true, parameters: { tools: [] as [] } },
  ];
  let first: unknown;
  for (const { alternating, parameters } of attempts) {
    try {
      const render = open({
        template,
        joinAdjacentMessagesOfTheSameType: alternating,
        trimLeadingWhitespaceInResponses: false,
        functionCallMessageTemplate: "noJinja",
        additionalRenderParameters: { add_generation_prompt: true, ...parameters },
      });
      return { render, alternating };
    } catch (error) {
      first ??= error;
    }
  }
  throw new FinegaugeError("model.file-invalid", `the chat template cannot be used: ${messageOf(first)}`, {
    hint: "give another one with chat_template, or use mode: raw",
    cause: first,
  });
}

function withoutSystem(turns: readonly Turn[]): readonly Turn[] {
  const shown: Turn[] = [];
  let system: string[] = [];
  for (const { role, text } of turns) {
    if (role === "system") system.push(text);
    else if (role === "assistant") shown.push({ role, text });
    else {
      shown.push({ role, text: [...system, text].join("\n") });
      system = [];
    }
  }
  return system.length === 0 ? shown : [...shown, { role: "user", text: system.join("\n") }];
}
