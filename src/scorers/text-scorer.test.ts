import { describe, expect, test } from "vitest";
import type { ScorerSetup } from "../core/catalogue.ts";
import type { Completion } from "../core/completion.ts";
import { toSample } from "../core/sample.ts";
import type { Score } from "../core/score.ts";
import { scorerKinds } from "./index.ts";

const setup: ScorerSetup = { name: "it", compat: false };
const context = { judges: [], random: () => 0, signal: new AbortController().signal };
const labels = { network: ["net"], disk: [] };

async function scores(
  kind: keyof typeof scorerKinds,
  reply: Partial<Completion>,
  ideal: string | string[],
  more: { setup?: Partial<ScorerSetup>; args?: object } = {},
): Promise<readonly Score[]> {
  const scorer = (await scorerKinds[kind]()).create(more.args ?? {}, { ...setup, ...more.setup });
  const completion: Completion = { text: "", finish: "stop", ms: 1, ...reply };
  return scorer.score(toSample({ input: "?", ideal }, 0, "t.dev"), { completion: [completion] }, context);
}

describe("a scorer of texts", () => {
  test("gives accuracy with its verdict and what it picked", async () => {
    expect(await scores("match", { text: "Oslo." }, ["Oslo", "Bergen"])).toEqual([
      { name: "accuracy", value: 1, passed: true, details: { picked: "Oslo" } },
    ]);
    expect(await scores("match", { text: "Rome" }, "Oslo")).toEqual([{ name: "accuracy", value: 0, passed: false }]);
  });

  test("fuzzy-match adds the best F1 over the ideals, without a verdict", async () => {
    expect(await scores("fuzzy-match", { text: "the cat sat" }, ["dog", "a cat stood"])).toEqual([
      { name: "accuracy", value: 0, passed: false },
      { name: "f1_score", value: 0.5 },
    ]);
  });

  test("keeps a long ideal short", async () => {
    const [score] = await scores("includes", { text: "x".repeat(5000) }, "x".repeat(4000));
    expect(score?.details?.picked).toBe(`${"x".repeat(200)}…`);
  });

  test("leaves reasoning out of the score, except in compat", async () => {
    const reply = { thinking: "<think>Oslo</think>", text: "Rome" };
    expect((await scores("includes", reply, "Oslo"))[0]?.value).toBe(0);
    expect((await scores("includes", reply, "Oslo", { setup: { compat: true } }))[0]?.value).toBe(1);
  });

  test("does not score a sample whose ideal is no JSON, and says so", async () => {
    expect(await scores("json-match", { text: "1" }, "{")).toEqual([
      {
        name: "accuracy",
        value: null,
        unscored: { code: "score.sample-invalid", message: "an `ideal` of this sample is not JSON" },
      },
    ]);
  });
});

describe("labels", () => {
  test.each([
    { text: "network", value: 1, label: "network" },
    { text: "net.", value: 1, label: "network" },
    { text: "Net.", value: 0, label: undefined },
    { text: "disk, not net", value: 0, label: "disk" },
    { text: "disk", value: 0, label: "disk" },
    { text: "network timeout", value: 1, label: "network" },
    { text: "no idea", value: 0, label: undefined },
  ])("$text for network: $value, read as $label", async ({ text, value, label }) => {
    const [score] = await scores("match", { text }, "network", { setup: { labels } });
    expect(score?.value).toBe(value);
    expect(score?.label).toBe(label);
  });

  test("mark a reply that is neither right nor a label", async () => {
    const invalid = async (text: string) =>
      (await scores("match", { text }, "network", { setup: { labels } }))[0]?.details?.invalid_label;
    expect(await invalid("no idea")).toBe(true);
    expect(await invalid("")).toBe(true);
    expect(await invalid("disk")).toBeUndefined();
    expect(await invalid("network timeout")).toBeUndefined();
  });
});

describe("a scorer's hash", () => {
  const hash = async (kind: keyof typeof scorerKinds, args: object, more: Partial<ScorerSetup> = {}) =>
    (await scorerKinds[kind]()).create(args, { ...setup, ...more }).hash;

  test("changes with kind, arguments, labels and compat, not with the name", async () => {
    const base = await hash("match", {});
    expect(await hash("match", {}, { name: "match:2" })).toBe(base);
    const others = [
      await hash("includes", {}),
      await hash("match", { trim: true }),
      await hash("match", {}, { labels }),
      await hash("match", {}, { compat: true }),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
  });
});
