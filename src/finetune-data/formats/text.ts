import { contentText } from "../../core/prompt.ts";
import type { ConversationRow } from "../conversation.ts";
import { bareConversation } from "./completions.ts";
import type { Format } from "./format.ts";
import { lostInTexts } from "./lost.ts";

/** A text a line, without a question: what a completion model goes on from nothing. */
export const text: Format = {
  *read(source): Generator<ConversationRow, void, void> {
    for (const { text: line, number } of source.lines()) {
      if (line.trim() !== "") yield { line: number, conversation: bareConversation("", line) };
    }
  },
  write: () => ({
    row(conversation) {
      const said = conversation.messages.map(contentText).join("\n");
      const lost = [...lostInTexts(conversation), ...(conversation.messages.length > 1 ? ["who said what"] : [])];
      return said.includes("\n") ? { text: undefined, lost: ["line ends", ...lost] } : { text: `${said}\n`, lost };
    },
  }),
};

/** Documents with an empty line between them, each some lines long: what small models are pre-trained on. */
export const tinytext: Format = {
  *read(source): Generator<ConversationRow, void, void> {
    let lines: string[] = [];
    let begins = 1;
    for (const { text: line, number } of source.lines()) {
      if (line.trim() !== "") {
        if (lines.length === 0) begins = number;
        lines.push(line.trim());
      } else if (lines.length > 0) {
        yield { line: begins, conversation: bareConversation("", lines.join("\n")) };
        lines = [];
      }
    }
    if (lines.length > 0) yield { line: begins, conversation: bareConversation("", lines.join("\n")) };
  },
  write: () => ({
    row(conversation) {
      const said = conversation.messages.map(contentText).join("\n");
      // An empty line would end the document.
      const kept = said.replaceAll(/\n\s*\n/g, "\n").trim();
      const lost = [...lostInTexts(conversation), ...(kept === said.trim() ? [] : ["empty lines"])];
      return { text: `${kept}\n\n`, lost };
    },
  }),
};
