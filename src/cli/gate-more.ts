import { compareSides, decidingScore, expressionDeltas, hashText, openGate, type Side, withReplies } from "../compare/index.ts";
import type { GateResult } from "../core/gate.ts";
import type { Sample } from "../core/sample.ts";
import type { Context } from "./context.ts";
import { type Asked, askAgain, type Pick } from "./gate-ask.ts";
import type { OpenedCase } from "./gate-cases.ts";
import { mergeSides } from "./merge-sides.ts";
import { counted } from "./numbers.ts";

/** Replies asked again of a sample that must pass: then it is told "2 of 4". */
const timesAgain = 3;

/** Every sample that must pass and did not is asked three times more before it counts. */
export async function askMustPass(
  context: Context,
  cases: readonly OpenedCase[],
  options: { readonly quiet?: boolean | undefined },
  notes: string[],
): Promise<OpenedCase[]> {
  const all: OpenedCase[] = [];
  for (const one of cases) {
    const regressed = [...one.gate.mustPass.values()].flatMap((found) => found.regressed);
    const items = new Set(regressed.map(({ item }) => item));
    if (items.size === 0) {
      all.push(one);
      continue;
    }
    const { candidate } = one.gate;
    const asked = await askAgain(
      context,
      candidate,
      (samples) => firstFew(samples, Number.POSITIVE_INFINITY, ({ hashes }) => items.has(hashes.item)),
      { attempts: timesAgain, quiet: options.quiet },
    );
    if ("refused" in asked) {
      notes.push(
        `samples that must pass were not asked again on ${candidate.facts.eval}: ${asked.refused}; their first replies count`,
      );
      all.push(one);
    } else all.push({ ...one, gate: { ...one.gate, mustPass: withReplies(one.gate.mustPass, await repliesOf(asked.side)) } });
  }
  return all;
}

/** Verdicts of each sample's replies, by content. */
async function repliesOf({ source }: Side): Promise<Map<string, { passed: number; of: number }>> {
  const replies = new Map<string, { passed: number; of: number }>();
  for await (const { hashes, scores } of source.samples()) {
    const passed = decidingScore(scores)?.passed;
    const before = replies.get(hashes.item) ?? { passed: 0, of: 0 };
    if (passed !== undefined) replies.set(hashes.item, { passed: before.passed + Number(passed), of: before.of + 1 });
  }
  return replies;
}

/** The cases that are not settled, with up to so many samples more on both sides; the others as they are. */
export async function askMore(
  context: Context,
  cases: readonly OpenedCase[],
  first: GateResult,
  options: { readonly settle: number; readonly quiet?: boolean | undefined },
  notes: string[],
): Promise<OpenedCase[]> {
  const all: OpenedCase[] = [];
  for (const one of cases) {
    const { compared, gate: old } = one;
    const name = old.candidate.facts.eval;
    const open = first.rules.some(
      (rule) =>
        rule.verdict === "inconclusive" && rule.alpha !== null && rule.eval === name && rule.run === old.candidate.facts.run,
    );
    if (compared === undefined || !open) {
      all.push(one);
      continue;
    }
    const unused = unusedBy([compared.baseline, compared.candidate], options.settle);
    const ask = (side: Side): Promise<Asked> =>
      askAgain(context, side, unused, { attempts: side.attempts, quiet: options.quiet });
    const [before, now] = [await ask(compared.baseline), await ask(compared.candidate)];
    if ("refused" in before || "refused" in now) {
      const why = "refused" in before ? before.refused : (now as { refused: string }).refused;
      notes.push(`no more samples were asked of ${name}: ${why}`);
      all.push(one);
      continue;
    }
    const baseline = await mergeSides(compared.baseline, before.side);
    const candidate = await mergeSides(compared.candidate, now.side);
    notes.push(
      `${counted(now.side.size, "sample")} more ${now.side.size === 1 ? "was" : "were"} asked of both sides on ${name}, as --settle says`,
    );
    const both = await compareSides(baseline, candidate, {
      margin: one.texts.margin[candidate.primary],
      derived: await expressionDeltas(one.texts.metrics),
    });
    const gate = await openGate(candidate, both, one.texts);
    all.push({ ...one, gate: { ...gate, mustPass: old.mustPass }, compared: { ...both, baseline, candidate } });
  }
  return all;
}

/** The first samples in issue order whose content neither side has. */
function unusedBy(sides: readonly Side[], most: number): Pick {
  const used = new Set(sides.flatMap(({ item, size }) => Array.from({ length: size }, (_, row) => hashText(item, row))));
  return (samples) => {
    const taken = new Set(used);
    return firstFew(samples, most, ({ hashes: { item } }) => {
      const fresh = !taken.has(item);
      taken.add(item);
      return fresh;
    });
  };
}

/** Positions of the first few samples that fit. */
function firstFew(samples: Iterable<Sample>, most: number, fits: (sample: Sample) => boolean): number[] {
  const positions: number[] = [];
  let position = 0;
  for (const sample of samples) {
    if (positions.length === most) break;
    if (fits(sample)) positions.push(position);
    position++;
  }
  return positions;
}
