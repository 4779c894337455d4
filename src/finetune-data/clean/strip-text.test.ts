import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type StripStep, stripSteps, stripText } from "./strip-text.ts";

const strip = (text: string, ...steps: StripStep[]) => stripText(text, new Set(steps)).text;

describe("what is taken out of a text", () => {
  test.each<[StripStep, string, string]>([
    ["links", "see https://ex.test/x?y=1#z, and www.ex.test.", "see, and."],
    ["links", "the [manual](https://ex.test/a) of <https://ex.test/b|ours> at <https://ex.test>", "the manual of ours at"],
    ["links", "ratio 3:4, std::vector, http is a protocol", "ratio 3:4, std::vector, http is a protocol"],
    ["code-blocks", "try\n```sh\nls -l\n```\nthen `cd`", "try\n\nthen `cd`"],
    ["code-blocks", "an open ``` stays", "an open ``` stays"],
    ["mentions", "yes @tobin\ncall <@U123ABC>, <@!42> or <#C1|general>", "yes\ncall, or"],
    ["mentions", "bob@ex.test stays, 3 @ 4 stays, so does a@b", "bob@ex.test stays, 3 @ 4 stays, so does a@b"],
    ["mentions", "ask @Zoë_1.x.", "ask."],
    ["ids", "user U024BE7LH wrote 1034523423423423423", "user wrote"],
    ["ids", "key 123e4567-e89b-42d3-a456-426614174000 of 9f86d081884c7d65", "key of"],
    ["ids", "UNDERSTAND 1234567890 decade 2024-03-05 COVID19", "UNDERSTAND 1234567890 decade 2024-03-05 COVID19"],
    ["emoji", "well 😀👍🏽 done 👨‍👩‍👧 :tada: <:wow:123> 1️⃣ 🇩🇪", "well done"],
    ["emoji", "10:30:45 © ™ a:b:c → 5 * 3", "10:30:45 © ™ a:b:c → 5 * 3"],
    ["whitespace", "  a \t b\u00a0c\r\n\r\n\r\n\r\n d\u200b ", "a b c\n\nd"],
  ])("%s: %j is %j", (step, text, clean) => {
    expect(strip(text, step)).toBe(clean);
  });

  test("nothing that no step names", () => {
    const text = "  @you https://ex.test 😀  ";
    expect(strip(text)).toBe(text);
  });

  test("also what comes to be by taking something out", () => {
    expect(strip("h<http://a.test>ttp://b.test is :ta<:x:1>da: it", "links", "emoji")).toBe("is it");
  });

  test("nothing, the second time", () => {
    const piece = fc.constantFrom(
      "http://",
      "www.a",
      "<@",
      "U024BE7LH",
      ">",
      "<",
      "|",
      "```",
      "😀",
      ":x:",
      ":",
      "@ann",
      "@",
      " ",
      "\n",
      "\t",
      "a",
      "1",
      "(",
      ")",
      "[a](http://b)",
      "\u200d",
      "\ufe0f",
      "-",
      "9f86d081884c7d65",
      "🇩",
      "#",
    );
    const steps = fc.subarray([...stripSteps]);
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), steps, (pieces, chosen) => {
        const once = strip(pieces.join(""), ...chosen);
        expect(strip(once, ...chosen)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test("in a time that grows with the text, whatever it is", () => {
    for (const unit of [" ", "<", "@", ":a", "```", "http", "\n ", "a@", "#", "1", "[", "("]) {
      const text = unit.repeat(200_000);
      expect(strip(text, ...stripSteps).length).toBeLessThanOrEqual(text.length);
    }
  });
});
