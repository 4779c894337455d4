import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleLineSchema } from "../core/run-line.ts";
import type { Ask, Reply } from "../core/score.ts";
import { otherReplies, storedReplies } from "./stored-replies.ts";

const completion = (text: string) => ({ text, finish: "stop" as const, ms: 1 });
const texts = (output: string, n = 1): Ask => ({ output, n, request: { prompt: "q" } });
const likelihoods = (output: string): Ask => ({ output, continuations: { context: "c", continuations: ["a", "b"] } });

describe("otherReplies", () => {
  test.each([
    {
      name: "one reply is the line's completion alone",
      asks: [texts("completion")],
      replies: [[completion("a")]],
      more: undefined,
    },
    { name: "no reply stores nothing", asks: [texts("completion")], replies: [], more: undefined },
    {
      name: "further replies stand under their output",
      asks: [texts("completion", 3)],
      replies: [[completion("a"), completion("b"), completion("c")]],
      more: { completion: [completion("b"), completion("c")] },
    },
    {
      name: "two outputs of one name are told apart",
      asks: [texts("completion"), texts("completion")],
      replies: [[completion("a")], [completion("b")]],
      more: { "completion#1": [completion("b")] },
    },
    {
      name: "likelihoods are never the completion",
      asks: [likelihoods("options"), texts("reason")],
      replies: [[{ logprob: -1, tokens: 2, greedy: true }], [completion("b")]],
      more: { options: [{ logprob: -1, tokens: 2, greedy: true }], reason: [completion("b")] },
    },
  ])("$name", ({ asks, replies, more }) => {
    expect(otherReplies(asks, replies)).toEqual(more);
  });
});

describe("what is stored", () => {
  const output = fc.constantFrom("completion", "a", "a#1", "a#2", "completion#1", "#", "");
  const reply = fc.string().map(completion);
  const likelihood = fc.record({
    logprob: fc.double({ noNaN: true, max: 0, min: -100 }),
    tokens: fc.nat(),
    greedy: fc.boolean(),
  });
  const asked = fc.oneof(
    fc
      .tuple(output, fc.array(reply, { minLength: 1, maxLength: 3 }))
      .map(([name, replies]) => ({ ask: texts(name, replies.length), replies })),
    fc
      .tuple(output, fc.array(likelihood, { minLength: 1, maxLength: 3 }))
      .map(([name, replies]) => ({ ask: likelihoods(name), replies })),
  );

  test("comes back from its line as it was asked for", () => {
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 5 }), (all) => {
        const asks = all.map(({ ask }) => ask);
        const replies: Reply[] = all.map((each) => each.replies);
        const first = replies[0]?.[0];
        const more = otherReplies(asks, replies);
        const line = sampleLineSchema.parse(
          JSON.parse(
            JSON.stringify({
              type: "sample",
              id: "s",
              attempt: 0,
              seq: 0,
              index: 0,
              hashes: { item: "", ideal: "", prompt: "" },
              ...(first !== undefined && "text" in first && { completion: first }),
              ...(more && { more }),
            }),
          ),
        );
        expect(JSON.stringify(storedReplies(line, asks))).toEqual(JSON.stringify(replies));
      }),
    );
  });
});
