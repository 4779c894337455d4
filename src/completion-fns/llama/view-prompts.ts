import type { FunctionSetup } from "../../core/catalogue.ts";
import type { Prompt } from "../../core/message.ts";
import type { PromptViewer, ShownToken } from "../prompt-viewer.ts";
import type { OpenVocabulary } from "./local-model.ts";
import { llamaArgs, prepareModel } from "./prepare-model.ts";
import { splitPrompt } from "./split-prompt.ts";

/** What a GGUF model in this process is shown: its vocabulary is read, its weights are not. */
export async function viewLlamaPrompts(args: unknown, setup: FunctionSetup): Promise<PromptViewer> {
  const { runtime, parts, template, textRole } = await prepareModel(llamaArgs.parse(args), setup);
  const file = parts[0] as string;
  const vocabulary = await runtime.openVocabulary({ file, template });
  const shown = (token: number): ShownToken => shownToken(vocabulary, token);
  const [start] = vocabulary.start;
  return {
    template,
    start: start === undefined ? undefined : shown(start),
    ends: vocabulary.ends,
    tokens: async (prompt) => tokensOf(vocabulary, { template, textRole }, prompt),
    byTemplate: async (prompt, other) => {
      const changed = await runtime.openVocabulary({ file, template: other });
      try {
        return tokensOf(changed, { template: other, textRole }, prompt);
      } finally {
        await changed.close();
      }
    },
    named: async (name) => {
      const token = vocabulary.named(name);
      return token === undefined ? undefined : shown(token);
    },
    close: () => vocabulary.close(),
  };
}

function tokensOf(
  vocabulary: OpenVocabulary,
  manner: { readonly template: string | undefined; readonly textRole: "system" | "user" },
  prompt: Prompt,
): ShownToken[] {
  const { head, tail } = splitPrompt(manner, vocabulary, prompt);
  return [...head, ...vocabulary.tokenize(tail)].map((token) => shownToken(vocabulary, token));
}

function shownToken(vocabulary: OpenVocabulary, id: number): ShownToken {
  const name = vocabulary.nameOf(id);
  return {
    id,
    text: name ?? vocabulary.bytes(id).toString("utf8"),
    control: name !== undefined,
    ends: vocabulary.isEnd(id),
  };
}
