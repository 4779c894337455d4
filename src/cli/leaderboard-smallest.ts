import { basename } from "node:path";
import { type Contender, type GateCase, type OpenSmallest, openGate, type Side, smallestOf } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { compareMatched } from "./compare-matched.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { gateTexts } from "./gate-texts.ts";
import type { NamedSide } from "./leaderboard-sides.ts";
import { note } from "./progress.ts";

interface SmallestOptions extends CommonOptions {
  /** A model's name, or its file. */
  readonly parent: string;
  readonly margin?: readonly string[];
}

/**
 * Holds every model that is no larger than the parent against it, on every eval that the parent was run on and that has a margin.
 *
 * @throws FinegaugeError `cli.usage` where no size is known, or no margin
 */
export async function findSmallest(named: readonly NamedSide[], options: SmallestOptions): Promise<OpenSmallest> {
  const names = [...new Set(named.map(({ name }) => name))];
  const parent = parentOf(names, options.parent);
  const size = new Map(names.map((name) => [name, bytesOf(named.filter((one) => one.name === name).map(({ side }) => side))]));
  const most = size.get(parent) ?? null;
  const others = names.flatMap((name) => {
    const bytes = size.get(name) ?? null;
    return name === parent || bytes === null ? [] : [{ name, bytes }];
  });
  if (others.length === 0) {
    throw new FinegaugeError("cli.usage", "the size of no model but the parent is known", {
      hint: "run the GGUF files again: a run of an earlier version, or of a hosted model, does not tell its size",
    });
  }
  const unknown = names.filter((name) => name !== parent && size.get(name) === null);
  if (unknown.length > 0) note(`left out, since nobody knows their size: ${unknown.join(", ")}`, options);
  const { registry } = await openContext(options);
  const textsOf = gateTexts(registry, options);
  const decides: string[] = [];
  const found = new Map(others.map(({ name }) => [name, { cases: [] as GateCase[], missing: [] as string[] }]));
  const contenders = others.filter(({ bytes }) => most === null || bytes <= most);
  for (const { eval: on, side: before } of named.filter(({ name }) => name === parent)) {
    const { margin } = await textsOf(before.source.run, before.primary);
    if (!Object.keys(margin).some((metric) => before.columns.has(metric) || before.spec.metrics?.[metric] !== undefined))
      continue;
    decides.push(on);
    for (const { name } of contenders) {
      const side = named.find((one) => one.eval === on && one.name === name)?.side;
      const of = found.get(name);
      if (side === undefined) of?.missing.push(on);
      else of?.cases.push(await caseOf(before, side, textsOf));
    }
  }
  if (decides.length === 0) {
    throw new FinegaugeError("cli.usage", `no eval that ${parent} was run on says how much worse a model may be`, {
      hint: "--margin accuracy=0.02, or gate: { margin: { accuracy: 0.02 } } in the eval",
    });
  }
  return smallestOf({
    parent: { name: parent, bytes: most },
    contenders: contenders.map((one): Contender => ({ ...one, cases: [], missing: [], ...found.get(one.name) })),
    larger: others.filter(({ name }) => !contenders.some((one) => one.name === name)),
    evals: decides,
    today: new Date().toISOString().slice(0, 10),
  });
}

/** Margins alone: what else a gate asks of a candidate is no question of size. */
async function caseOf(before: Side, side: Side, textsOf: ReturnType<typeof gateTexts>): Promise<GateCase> {
  const [compared] = await compareMatched(
    [{ eval: side.facts.eval, baseline: { side: before }, candidates: [{ side }] }],
    () => ({}),
  );
  const { margin, metrics, metricAt } = await textsOf(side.source.run, side.primary);
  return openGate(side, compared, { margin, metrics, metricAt, rules: [], inconclusive: "fail", quarantine: [] });
}

function parentOf(names: readonly string[], asked: string): string {
  const found = names.find((name) => name === asked) ?? names.find((name) => name === basename(asked));
  if (found !== undefined) return found;
  throw new FinegaugeError("cli.usage", `no model on the board is called ${asked}`, {
    nearest: nearestNames(asked, names),
    hint: `it has ${names.join(", ")}`,
  });
}

function bytesOf(sides: readonly Side[]): number | null {
  for (const { source } of sides) if (source.run.capabilities.size_bytes !== undefined) return source.run.capabilities.size_bytes;
  return null;
}
