import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Conversation, conversationOf } from "../conversation.ts";
import { markCompletion } from "./completion-marks.ts";
import { labelCodes, labelsOf, mostCodes, readLabels } from "./label-codes.ts";

const answered = (answer: string): Conversation =>
  conversationOf([
    { role: "user", content: "which?" },
    { role: "assistant", content: answer },
  ]);
const answerOf = ({ messages }: Conversation) => messages.at(-1)?.content;

describe("labels as numbers", () => {
  test("come back to the letter, also with space around them and with marks that were put there since", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 20 }), (answers) => {
        const conversations = answers.map(answered);
        const codes = labelCodes([...new Set(conversations.flatMap(labelsOf))]);
        for (const conversation of conversations) {
          const encoded = codes.encode(conversation);
          expect(answerOf(encoded)).toMatch(/^\s*\d+\s*$/);
          expect(codes.decode(encoded)).toEqual(conversation);
          const marked = markCompletion(encoded, { leadingSpace: true, endMarker: " END" }).conversation;
          expect(String(answerOf(codes.decode(marked))).trim()).toBe(`${String(answerOf(conversation)).trimStart()} END`.trim());
        }
      }),
    );
  });

  test("stand for other right answers too", () => {
    const codes = labelCodes(["billing", "shipping"]);
    expect(codes.encode({ ...answered(" billing"), answers: ["shipping"] })).toMatchObject({
      messages: [{}, { content: " 0" }],
      answers: ["1"],
    });
  });

  test.each([
    ["an answer that is no label", () => labelCodes(["a"]).encode(answered("b")), '"b" is none of the labels'],
    ["a number of no label", () => labelCodes(["a"]).decode(answered("1")), '"1" is no number of a label: 0 to 0'],
    ["a word", () => labelCodes(["a"]).decode(answered("0th")), '"0th" is no number of a label'],
    [
      "too many labels",
      () => labelCodes(Array.from({ length: mostCodes + 1 }, (_, at) => `l${at}`)),
      "1001 different answers are no labels",
    ],
    ["a list with a label twice", () => readLabels('["a","a"]', "f"), "the file is no list of labels"],
    ["what is no list", () => readLabels('{"a":0}', "f"), "the file is no list of labels"],
  ])("refuse %s", (_, act, says) => {
    expect(act).toThrow(says);
  });
});
