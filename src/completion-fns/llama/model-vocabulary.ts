import type { JinjaTemplateChatWrapper, LlamaModel, Token } from "node-llama-cpp";
import type { OpenVocabulary, Vocabulary } from "./local-model.ts";
import { chatRenderer } from "./render-chat.ts";
import { pieceBytes } from "./vocabulary.ts";

/** What of the library renders chats: the library itself is loaded in one place only. */
interface Library {
  readonly JinjaTemplateChatWrapper: typeof JinjaTemplateChatWrapper;
}

/**
 * The vocabulary of a model that llama.cpp has read, with or without its weights.
 *
 * @param template Jinja text; undefined = none, and `renderChat` throws
 */
export function vocabularyOf(library: Library, model: LlamaModel, template: string | undefined): Vocabulary {
  return {
    start: model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : [],
    prefix: model.tokens.bos ?? model.tokens.eos ?? undefined,
    renderChat: chatRenderer(template, (templateOptions) => {
      const wrapper = new library.JinjaTemplateChatWrapper({ ...templateOptions, tokenizer: model.tokenizer });
      return (chatHistory) => {
        const { contextText, transformedSystemMessagesToUserMessages } = wrapper.generateContextState({ chatHistory });
        return { tokens: contextText.tokenize(model.tokenizer), rewritten: transformedSystemMessagesToUserMessages };
      };
    }),
    tokenize: (text) => (text === "" ? [] : model.tokenize(text, false)),
    bytes: pieces(model),
    isEnd: (token) => model.isEogToken(token as Token),
  };
}

/** With the names of its control tokens; closing it frees the model. */
export function namedVocabulary(library: Library, model: LlamaModel, template: string | undefined): OpenVocabulary {
  const { tokens } = model.fileInfo.metadata.tokenizer.ggml;
  const isNamed = (token: number) => {
    const { control, unknown, userDefined } = model.getTokenAttributes(token as Token);
    return control || unknown || userDefined;
  };
  const { eos, eot } = model.tokens;
  return {
    ...vocabularyOf(library, model, template),
    nameOf: (token) => (isNamed(token) ? tokens[token] : undefined),
    named: (name) => {
      const token = tokens.indexOf(name);
      return token >= 0 && isNamed(token) ? token : undefined;
    },
    ends: [...new Set([eos, eot])].flatMap((token) => (token === null ? [] : (tokens[token] ?? []))),
    close: () => model.dispose(),
  };
}

/** Text of tokens by the file's vocabulary: the library's own detokenizer replaces bytes that are half a character. */
function pieces(model: LlamaModel): Vocabulary["bytes"] {
  const { ggml } = model.fileInfo.metadata.tokenizer;
  const known = new Map<number, Buffer>();
  return (token) => {
    const before = known.get(token);
    if (before !== undefined) return before;
    const { control, unknown } = model.getTokenAttributes(token as Token);
    const bytes = control || unknown ? Buffer.alloc(0) : pieceBytes(ggml.tokens[token] ?? "", ggml.model);
    known.set(token, bytes);
    return bytes;
  };
}
