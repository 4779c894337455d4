import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { type SampleRow, toSample } from "../../core/sample.ts";
import { findLeaks } from "./find-leaks.ts";
import { recogniseRow } from "./recognise-row.ts";
import type { TrainingRow } from "./training-row.ts";

type Values = Parameters<typeof recogniseRow>[0];

function rowsOf(values: readonly Values[]): TrainingRow[] {
  return values.map((one, at) => {
    const said = recogniseRow(one);
    if (said === undefined) throw new Error(`row ${at + 1} is not recognised`);
    return { row: at + 1, ...said };
  });
}

function find(train: readonly Values[], samples: readonly SampleRow[]) {
  return findLeaks({ train: rowsOf(train), samples: samples.map((row, at) => toSample(row, at, "t")) });
}

const user = (content: string) => ({ role: "user" as const, content });
const system = (content: string) => ({ role: "system" as const, content });
const assistant = (content: string) => ({ role: "assistant" as const, content });
const chat = (...messages: { role: string; content: string }[]): Values => ({ messages });

const question = "My laptop does not see the printer on the second floor since Monday, what should I try first?";
const filler = (seed: number, words: number) => {
  const random = seededRandom(seed);
  const letters = () =>
    Array.from({ length: 3 + Math.floor(random() * 6) }, () => "abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 26)]);
  return Array.from({ length: words }, () => letters().join("")).join(" ");
};
const others = Array.from({ length: 20 }, (_, at) => ({ input: filler(at + 1, 15), ideal: "x" }));

describe("a sample is found", () => {
  const sample: SampleRow = { input: [system("Be brief."), user(question)], ideal: "restart it" };
  test.each([
    { how: "as it was written", row: chat(user(question), assistant("restart it")), kind: "exact" },
    { how: "under another system prompt", row: chat(system("You are kind."), user(question), assistant("no")), kind: "exact" },
    { how: "as prompt and completion", row: { prompt: question, completion: "restart it" }, kind: "exact" },
    { how: "as the first turn of several", row: chat(user(question), assistant("a"), user("b"), assistant("c")), kind: "exact" },
    { how: "as a later turn", row: chat(user("hi"), assistant("hello"), user(question), assistant("c")), kind: "exact" },
    { how: "as what a preference is about", row: { prompt: question, chosen: "a", rejected: "b" }, kind: "exact" },
    {
      how: "in capitals, without punctuation",
      row: chat(user(question.toUpperCase().replaceAll(/[,?]/g, ""))),
      kind: "normalised",
    },
    { how: "inside a longer text", row: { text: `${filler(99, 300)}. ${question} ${filler(98, 300)}` }, kind: "8-gram" },
    { how: "in the answer", row: { prompt: "Say something", completion: `Well: ${question}` }, kind: "8-gram" },
    {
      how: "in two halves with other words between",
      row: { text: question.replace("second floor", "second and topmost floor") },
      kind: "8-gram",
    },
    {
      how: "with letters that somebody mistyped",
      row: { text: question.replace("laptop", "labtop").replace("since", "sinse") },
      kind: "near",
    },
    {
      how: "mistyped, inside a longer text",
      row: {
        text: `${filler(99, 3000)} ${question.replace("laptop", "labtop").replace("since", "sinse")} ${filler(98, 3000)}`,
      },
      kind: "near",
    },
  ])("$how", async ({ row, kind }) => {
    const { leaks, summary } = await find(
      [...others.slice(0, 3).map(({ input }) => ({ text: `${input} z` })), row],
      [sample, ...others.slice(5)],
    );
    expect(leaks).toMatchObject([{ type: "leak", id: "t.0", kind, train_row: 4 }]);
    expect(summary).toMatchObject({ samples: 16, train_rows: 4, leaked: 1, kinds: { [kind]: 1 } });
    for (const { similarity } of leaks) expect(similarity).toBeGreaterThan(0.5);
  });

  test("by the likest row: the surest kind, then the greatest similarity, then the first", async () => {
    const inside = { text: `${filler(1, 20)} ${question}` };
    const equal = { text: question };
    const { leaks, pairs } = await find([inside, equal, inside, equal], [{ input: question, ideal: "a" }]);
    expect(leaks).toMatchObject([{ kind: "exact", train_row: 2, similarity: 1 }]);
    expect(pairs).toMatchObject([{ sample: question, train: question }]);
  });

  test("by a long answer that is its own", async () => {
    const answer = "Hold the power button for ten seconds, wait, then plug the cable in again";
    const { leaks } = await find(
      [{ prompt: filler(70, 10), completion: answer }],
      [{ input: question, ideal: answer }, ...others],
    );
    expect(leaks).toMatchObject([{ id: "t.0", kind: "normalised" }]);
  });

  test("by its fields, where the eval builds the prompt", async () => {
    const { leaks } = await find(
      [{ prompt: question, completion: "b" }],
      [{ problem: { text: question } }, { problem: { text: "no" } }],
    );
    expect(leaks).toMatchObject([{ id: "t.0", kind: "exact" }]);
  });

  test("each of several with the same text", async () => {
    const { leaks } = await find(
      [{ text: question }],
      [
        { input: question, ideal: "a" },
        { input: `${question} `, ideal: "a" },
      ],
    );
    expect(leaks.map(({ id, kind }) => [id, kind])).toEqual([
      ["t.0", "exact"],
      ["t.1", "exact"],
    ]);
  });

  test("in a language without spaces", async () => {
    const asked = "打印机从星期一开始就不能连接到二楼的网络了应该先检查什么呢";
    const { leaks } = await find(
      [{ text: `请看下面的问题并且用一句话回答我${asked}谢谢你的帮助` }],
      [{ input: asked, ideal: "a" }],
    );
    expect(leaks).toMatchObject([{ kind: "8-gram" }]);
  });
});

describe("no leak is", () => {
  test.each([
    {
      what: "a short answer that many rows have",
      train: [{ prompt: "Which one?", completion: "disk" }],
      sample: { input: question, ideal: "disk" },
    },
    {
      what: "a question that begins with the same five words",
      train: [{ text: "My laptop does not see anything at all today" }],
      sample: { input: question, ideal: "y" },
    },
    {
      what: "a short question inside a longer text",
      train: [{ text: "Thanks for all the fish" }],
      sample: { input: "Thanks", ideal: "y" },
    },
    {
      what: "the same sum with another sign",
      train: [{ prompt: "6 - 7", completion: "-1" }],
      sample: { input: "6 + 7", ideal: "13" },
    },
  ])("$what", async ({ train, sample }) => {
    const { leaks } = await find(
      train,
      [sample, { ...sample, id: "again" }, ...others].map((row, at) => (at === 1 ? { ...row, input: "else" } : row)),
    );
    expect(leaks).toEqual([]);
  });

  test("a system prompt that many samples have", async () => {
    const samples = others.map(({ input }) => ({ input: [system(question), user(input)], ideal: "y" }));
    const { leaks } = await find([chat(system(question), user("other"), assistant("x"))], samples);
    expect(leaks).toEqual([]);
  });

  test("a short question that is asked about something else", async () => {
    const about = (seed: number) => [system(filler(seed, 40)), user("Who wrote it?")];
    const samples = Array.from({ length: 6 }, (_, at) => ({ input: about(at + 1), ideal: "y" }));
    expect((await find([chat(...about(50), assistant("x"))], samples)).leaks).toEqual([]);
    expect((await find([chat(...about(3), assistant("x"))], samples)).leaks).toMatchObject([{ id: "t.2", kind: "exact" }]);
  });

  test("a form that all prompts fill in, in training data that fills it in otherwise", async () => {
    const form = (text: string, name: string) =>
      `You are the help desk of ${name} and sort tickets. Choose one of network, disk, memory or other for the ticket below, and say nothing else.\nTicket: ${text}`;
    const names = ["ACME Corp", "Initech", "Globex"];
    const samples = Array.from({ length: 60 }, (_, at) => ({
      input: form(filler(at + 500, 9), names[at % 3] as string),
      ideal: "disk",
    }));
    const train = Array.from({ length: 200 }, (_, at) => ({
      prompt: form(filler(at + 900, 9), names[at % 3] as string),
      completion: "disk",
    }));
    expect((await find(train, samples)).leaks).toEqual([]);
    const planted = { prompt: form(`Hello! ${filler(500, 9)}`, "Umbrella"), completion: "disk" };
    expect((await find([...train, planted], samples)).leaks).toMatchObject([{ id: "t.0", train_row: 201 }]);
  });

  test("a prompt that all samples have, without its answer", async () => {
    const samples = Array.from({ length: 10 }, (_, at) => ({ input: "Write a joke", ideal: filler(at + 1, 12) }));
    expect((await find([{ prompt: "Write a joke", completion: "no" }], samples)).leaks).toEqual([]);
    const { leaks } = await find([{ prompt: "write a joke!", completion: filler(3, 12) }], samples);
    expect(leaks).toMatchObject([{ id: "t.2", kind: "normalised" }]);
  });

  test("wording of answers that many rows use", async () => {
    const closing = "Thank you for writing to us, we will answer within two working days";
    const train = Array.from({ length: 5 }, (_, at) => ({ prompt: filler(at + 50, 10), completion: closing }));
    const { leaks, summary } = await find(train, [{ input: question, ideal: closing }, ...others]);
    expect(leaks).toEqual([]);
    expect(summary.shared_answers).toBe(1);
  });
});

describe("beside leaks are counted", () => {
  test("prompts with another answer in the training data", async () => {
    const train = [
      { prompt: question, completion: "disk" },
      { prompt: `${question} Now?`, completion: "The network." },
      { prompt: "Hm?", completion: "Disk!" },
      { prompt: "Say hello", completion: filler(61, 9) },
    ];
    const samples = [
      { input: question, ideal: "network" },
      { input: `${question} Now?`, ideal: "network" },
      { input: "Hm?", ideal: ["disk", "storage"] },
      { input: "Say hello", ideal: filler(60, 9) },
    ];
    expect((await find(train, samples)).summary).toMatchObject({ leaked: 4, conflicts: 1 });
  });

  test("samples that have thirteen words in a row in the training data, and are no leaks", async () => {
    const shared = filler(4, 13);
    const samples = [
      { input: `${filler(5, 40)} ${shared} ${filler(6, 40)}` },
      { input: `${filler(7, 40)} ${filler(4, 12)} ${filler(8, 40)}` },
    ];
    expect((await find([{ text: `a ${shared} b` }], samples)).summary).toMatchObject({ leaked: 0, marked: 1 });
  });

  test("samples with too few words to be looked for by a part", async () => {
    expect((await find([{ text: "x" }], [{ input: "What is it?" }, { input: question }])).summary.too_short).toBe(1);
  });
});

describe("of random texts", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 10, maxLength: 40 });
  const text = words.map((list) => list.join(" "));

  test("one that is in training, in whatever case and punctuation, with whatever around it, is always found, and no other", async () => {
    const changed = (original: string, marks: readonly string[]) =>
      original
        .split(" ")
        .map((word, at) => `${at % 2 === 0 ? word.toUpperCase() : word}${marks[at % marks.length]}`)
        .join("  ");
    const mark = fc.constantFrom(",", ".", "!", "", " -", '"', "…");
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text, { minLength: 2, maxLength: 12 }),
        fc.array(text, { maxLength: 6 }),
        fc.array(mark, { minLength: 1, maxLength: 4 }),
        text,
        text,
        async (texts, unrelated, marks, before, after) => {
          const samples = texts.map((input) => ({ input, ideal: "x" }));
          const [planted = ""] = texts;
          const around = unrelated.map((one) => ({ text: one }));
          const ids = async (row: string) =>
            (await find([...around, { text: row }], samples)).leaks.map(({ id, kind }) => [id, kind]);
          expect(await ids(planted)).toEqual([["t.0", "exact"]]);
          const kinds = (await ids(`${changed(planted, marks)}?`)).flat();
          expect(kinds).toEqual(["t.0", "normalised"]);
          expect(await ids(`${before} ${changed(planted, marks)} ${after}`)).toEqual([["t.0", "8-gram"]]);
          expect((await find(around, samples)).leaks).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
