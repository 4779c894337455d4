import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EvalType, evalTypes, type MatchFn, matchFns, parseChoice, parseGradeLine } from "./parse-choice.ts";

interface Vector {
  readonly mode: EvalType;
  readonly choices: string;
  readonly reply: string;
  readonly choice: string | undefined;
  readonly matchFn?: MatchFn;
}

describe("parseChoice", () => {
  /** Choices are separated by commas. What upstream's own code gave. */
  test.each<Vector>([
    { mode: "cot_classify", choices: "Yes,No,Unsure", reply: "Because.\nYes", choice: "Yes" },
    { mode: "cot_classify", choices: "Yes,No,Unsure", reply: "Yes\nbecause it is.", choice: "Yes" },
    { mode: "cot_classify", choices: "Yes,No", reply: "Not sure", choice: "No" },
    { mode: "classify", choices: "Y,N", reply: "Yes", choice: "Y" },
    { mode: "classify", choices: "Y,N", reply: "yes", choice: undefined },
    { mode: "cot_classify", choices: "A,B,C,D,E", reply: "The answer is (D).", choice: "D" },
    { mode: "cot_classify", choices: "A,B,C,D,E", reply: "Answer: D", choice: "A" },
    { mode: "cot_classify", choices: "A,B,C,D,E", reply: "reason\n(B)\n\n  \n", choice: "B" },
    { mode: "cot_classify", choices: "A,B,C,D,E", reply: "reason\nB\nThanks!", choice: "B" },
    { mode: "classify_cot", choices: "A,B,C,D,E", reply: "\n\n**B** - since it adds", choice: "B" },
    { mode: "classify", choices: "1,2,3,4,5", reply: "10", choice: "1" },
    { mode: "classify", choices: "1,2,3,4,5", reply: "Score 4/5", choice: "5" },
    { mode: "classify", choices: "Yes,No", reply: "( Yes )", choice: undefined },
    { mode: "classify", choices: "Correct,Incorrect", reply: "Incorrect", choice: "Incorrect" },
    { mode: "classify", choices: "Yes,No", reply: "Yes!", choice: "Yes", matchFn: "exact" },
    { mode: "classify", choices: "Yes,No", reply: "Yes it is", choice: undefined, matchFn: "exact" },
    { mode: "classify", choices: "Yes,No", reply: "My answer: No.", choice: "No", matchFn: "endswith" },
    { mode: "classify", choices: "Yes,No", reply: "No way", choice: undefined, matchFn: "endswith" },
    { mode: "cot_classify", choices: "Y,N", reply: "below\r\nN\r\n", choice: "N" },
    { mode: "cot_classify_jp", choices: "Y,N", reply: "理由\nN", choice: "N" },
    { mode: "classify", choices: "Yes,No", reply: "Y", choice: "Yes", matchFn: "include" },
    { mode: "classify", choices: "Yes,No", reply: "Yes, I think", choice: undefined, matchFn: "include" },
    { mode: "classify", choices: "Yes,No", reply: "\x85Yes\x1c", choice: "Yes", matchFn: "exact" },
    { mode: "classify", choices: "Yes,No", reply: "", choice: undefined },
  ])("$mode $matchFn of $choices: $reply says $choice", ({ mode, choices, reply, choice, matchFn = "starts_or_endswith" }) => {
    expect(parseChoice(reply, { evalType: mode, choices: choices.split(","), matchFn })).toBe(choice);
  });

  test.each<Vector>([
    { mode: "cot_classify", choices: "Yes,No", reply: "Not sure", choice: undefined },
    { mode: "cot_classify", choices: "A,B,C,D,E", reply: "Answer: D", choice: "D" },
    { mode: "classify", choices: "1,2,3,4,5", reply: "10", choice: undefined },
    { mode: "classify", choices: "Yes,No", reply: "Yes and No", choice: undefined },
    { mode: "classify", choices: "Yes,No", reply: "( Yes )", choice: "Yes" },
    { mode: "classify", choices: "correct,not correct", reply: "It is not correct.", choice: "not correct" },
  ])("word, $mode of $choices: $reply says $choice", ({ mode, choices, reply, choice }) => {
    expect(parseChoice(reply, { evalType: mode, choices: choices.split(","), matchFn: "word" })).toBe(choice);
  });

  test("gives a choice that was offered or none, whatever the judge says", () => {
    const anything = fc.array(fc.oneof(fc.constantFrom("Yes", "No", "\n", " ", "GRADE:", "*"), fc.string()), { maxLength: 12 });
    fc.assert(
      fc.property(anything, fc.constantFrom(...evalTypes), fc.constantFrom(...matchFns), (parts, evalType, matchFn) => {
        const reply = parts.join("");
        const choices = ["Yes", "No"];
        expect([...choices, undefined]).toContain(parseChoice(reply, { evalType, choices, matchFn }));
        expect([...choices, undefined]).toContain(parseGradeLine(reply, choices));
      }),
    );
  });
});

describe("parseGradeLine", () => {
  test.each([
    ["It adds nothing.\nGRADE: good", "good"],
    ["GRADE: good\nGRADE: bad", "bad"],
    ["**Grade: good**", "good"],
    ["### GRADE：GOOD.", "good"],
    ["reasons\ngood", "good"],
    ["reasons\ngood, I think", undefined],
    ["GRADE: good\nGRADE: excellent", undefined],
    ["The reply says GRADE: good, but it is not.\nGRADE: bad", "bad"],
    ["not good", undefined],
    ["", undefined],
  ])("%j says %s", (reply, choice) => {
    expect(parseGradeLine(reply, ["good", "bad"])).toBe(choice);
  });
});
