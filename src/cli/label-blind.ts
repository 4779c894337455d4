import { type Preference, pairSamples, preferenceOf, readSide, type Side } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { type Answer, type Drawn, labelFormat, type PreferencesHead, preferences } from "../core/label-line.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { SampleLine } from "../core/run-line.ts";
import { openLabels, preferencesPath, readLabels, type StoredRun } from "../runs/index.ts";
import { linesAt, shuffled } from "./label-run.ts";
import { type Desk, holdSession } from "./label-session.ts";
import { shownQuestion, shownReply } from "./shown-sample.ts";

/** Two runs of one eval whose replies are held against each other. */
export interface BlindPair {
  readonly a: StoredRun;
  readonly b: StoredRun;
}

const choices = { "1": "first", "2": "second", t: "tie", s: "skip" } as const;
type Choice = (typeof choices)[keyof typeof choices];

/**
 * Shows a person pairs of replies of two runs to the same samples, in random order and on random sides, and records which one is better.
 * Goes on with what is there. Equal replies are ties, and are not asked about.
 *
 * @param count pairs in all
 * @returns whether all are answered
 * @throws FinegaugeError `cli.usage` when the runs share no sample
 */
export async function labelBlind({ a, b }: BlindPair, count: number, desk: Desk): Promise<boolean> {
  const file = preferencesPath(b.file, a.run.id);
  const sides = { a: await readSide(a), b: await readSide(b) };
  const paired = pairsOf(sides);
  if (paired.length === 0) {
    throw new FinegaugeError("cli.usage", `runs ${a.run.id} and ${b.run.id} share no sample`, {
      hint: "name two runs of one eval",
    });
  }
  const before = readLabels(file, "preferences");
  const drawn = [...(before?.drawn ?? [])];
  const more = drawPairs(paired, drawn, count, `${a.run.id}:${b.run.id}`);
  const items = [...drawn, ...more];
  const lines = {
    a: await linesAt(a, new Set(items.map(({ other = -1 }) => other))),
    b: await linesAt(b, new Set(items.map(({ seq }) => seq))),
  };
  const answers = new Map<number, Answer>(before?.answers ?? []);
  const started = new Date().toISOString();
  const [first, second] = [a, b].map(({ run }) => ({ run: run.id, model: run.completion_fn }));
  const head = { type: "preferences", format: labelFormat, eval: b.run.eval, a: first, b: second, started } as PreferencesHead;
  const writer = await openLabels(file, head);
  const put = (seq: number, answer: Answer) => {
    answers.set(seq, answer);
    writer.answer(seq, answer, new Date().toISOString());
  };
  try {
    if (more.length > 0) writer.draw(more.map((one) => ({ ...one, item: lines.b.get(one.seq)?.hashes.item ?? "" })));
    for (const { seq, other = -1 } of items) {
      if (answers.has(seq)) continue;
      const [mine, yours] = [shownReply(lines.b.get(seq) as SampleLine, ""), shownReply(lines.a.get(other) as SampleLine, "")];
      if (mine === yours) put(seq, "tie");
    }
    const order = items.filter(({ seq, other = -1 }) => {
      return shownReply(lines.b.get(seq) as SampleLine, "") !== shownReply(lines.a.get(other) as SampleLine, "");
    });
    return await holdSession<Choice>(
      {
        size: order.length,
        show(at) {
          const { seq, other = -1, first: top } = order[at] as Drawn;
          const [mine, yours] = [lines.b.get(seq) as SampleLine, lines.a.get(other) as SampleLine];
          const [upper, lower] = top === "a" ? [yours, mine] : [mine, yours];
          return [shownQuestion(mine), shownReply(upper, "reply 1"), shownReply(lower, "reply 2")].join("\n");
        },
        said(at) {
          const { seq, first: top } = order[at] as Drawn;
          const answer = answers.get(seq);
          if (answer === "tie" || answer === "skip") return answer;
          return answer === undefined ? undefined : answer === top ? "first" : "second";
        },
        choices,
        help: "Which is better?  1 the first · 2 the second · t tie · s skip · b back · q stop, and go on later",
        record(at, said) {
          const { seq, first: top = "a" } = order[at] as Drawn;
          const bottom = top === "a" ? "b" : "a";
          put(seq, said === "first" ? top : said === "second" ? bottom : said);
        },
      },
      desk,
    );
  } finally {
    await writer.close();
  }
}

/** What people prefer, so far; undefined when nobody was asked. */
export async function blindPreference({ a, b }: BlindPair): Promise<(Preference & { readonly available: number }) | undefined> {
  const stored = readLabels(preferencesPath(b.file, a.run.id), "preferences");
  if (stored === undefined) return undefined;
  const sides = { a: await readSide(a), b: await readSide(b) };
  const groupOf = new Map<number, number>();
  for (let row = 0; row < sides.b.size; row++) groupOf.set(sides.b.seq[row] as number, sides.b.groups?.ids[row] ?? 0);
  const voted = stored.drawn.flatMap(({ seq }) => {
    const answer = preferences.find((one) => one === stored.answers.get(seq));
    return answer === undefined || answer === "skip" ? [] : [{ seq, vote: answer === "b" ? 1 : answer === "a" ? 0 : 0.5 }];
  });
  const groups = sides.b.groups === undefined ? undefined : Uint32Array.from(voted, ({ seq }) => groupOf.get(seq) ?? 0);
  return {
    ...preferenceOf(
      voted.map(({ vote }) => vote),
      groups,
    ),
    available: pairsOf(sides).length,
  };
}

/** Positions of both sides' first attempts at the samples that both have. */
function pairsOf({ a, b }: { readonly a: Side; readonly b: Side }): { seq: number; other: number }[] {
  const pairs = pairSamples(a, b);
  return Array.from({ length: pairs.size }, (_, at) => ({
    seq: b.seq[pairs.candidate[at] as number] as number,
    other: a.seq[pairs.baseline[at] as number] as number,
  }));
}

/** At random among those not drawn yet; the side that comes first by a coin. */
function drawPairs(
  pairs: readonly { seq: number; other: number }[],
  drawn: readonly Drawn[],
  count: number,
  runs: string,
): Drawn[] {
  const random = seededRandom(seedFrom(`preferences:${runs}:${drawn.length}`));
  const taken = new Set(drawn.map(({ seq }) => seq));
  const open = shuffled(
    pairs.filter(({ seq }) => !taken.has(seq)),
    random,
  );
  return open
    .slice(0, Math.max(0, count - drawn.length))
    .map(({ seq, other }) => ({ seq, other, item: "", first: random() < 0.5 ? "a" : "b" }));
}
