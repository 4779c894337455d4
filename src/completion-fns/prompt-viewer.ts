import type { FunctionSetup } from "../core/catalogue.ts";
import type { Prompt } from "../core/message.ts";

/** A token of a prompt. */
export interface ShownToken {
  readonly id: number;
  /** A control token's name (`<s>`), else what it adds to the text; a part of a character as `�`. */
  readonly text: string;
  readonly control: boolean;
  /** Ends a reply; undefined = the server does not say. */
  readonly ends: boolean | undefined;
}

/** How a local model is shown prompts; nothing is generated. */
export interface PromptViewer {
  /** The Jinja text in force; undefined = prompts go as they are. */
  readonly template: string | undefined;
  /** Put in front of every prompt. */
  readonly start: ShownToken | undefined;
  /** Names of the tokens that the model's file has for the end of a text and of a turn. */
  readonly ends: readonly string[];
  /** The prompt as the model would read it, start token included. Throws what asking the model would throw. */
  tokens(prompt: Prompt): Promise<readonly ShownToken[]>;
  /** The same by another template; absent where the model's own is the only one. Throws FinegaugeError. */
  readonly byTemplate?: (prompt: Prompt, template: string) => Promise<readonly ShownToken[]>;
  /** The control token of that name. */
  named(name: string): Promise<ShownToken | undefined>;
  close(): Promise<void>;
}

/** @param args of the completion function, as the registry has them */
export type OpenPromptViewer = (args: unknown, setup: FunctionSetup) => Promise<PromptViewer>;
