import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "../src/core/random.ts";
import { proportionMargins } from "../src/stats/paired-proportion.ts";
import { errorRates } from "../src/stats/simulations/error-rates.ts";
import { chanceOf, type MarginRule, type Region, regionOf } from "../src/stats/simulations/margin-levels.ts";
import { downBy, unpairedZ, waldZ } from "../src/stats/simulations/naive-rules.ts";
import { approximateShare, clusterT, ours, tIgnoringGroups } from "../src/stats/simulations/paired-methods.ts";
import { flipWorld, scoreWorlds } from "../src/stats/simulations/paired-worlds.ts";
import { tangoZ } from "../src/stats/tango.ts";

/** Works out the error rates of docs/statistics.md, and writes them into it. `--runs` of each simulated world. */
const { values } = parseArgs({ options: { runs: { type: "string", default: "2000" } } });
const runs = Number(values.runs);

const z90 = 1.6448536269514722;
const z95 = 1.959963984540054;
const exact =
  (bound: number, a: number): MarginRule =>
  (counts) =>
    proportionMargins(counts).above.pAbove(bound) < a;
const tango =
  (bound: number, z: number): MarginRule =>
  ({ b, c, n }) =>
    tangoZ(b, c, n, bound) > z;

const percent = (share: number) => (100 * share).toFixed(1);

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function unchanged(): string {
  const rows = [50, 500, 2000].flatMap((n) => {
    const rules = [downBy(0), downBy(1), downBy(2), unpairedZ(0.8), exact(0, 0.025)];
    const regions = rules.map((rule) => regionOf(rule, n));
    return [0.02, 0.05, 0.1, 0.2].map((flips) => {
      const worse = [unpairedZ(0.8), exact(0, 0.025)].map((rule) => chanceOf(regionOf(rule, n), n, 0.05, Math.max(flips, 0.06)));
      return [n, flips, ...[...regions.map((region) => chanceOf(region, n, 0, flips)), ...worse].map(percent)];
    });
  });
  const head = [
    "n",
    "flips",
    "went down",
    "> 1 point",
    "> 2 points",
    "unpaired z",
    "**ours**",
    "5 worse: unpaired z",
    "5 worse: **ours**",
  ];
  return table(head, rows);
}

const worst = (region: Region, n: number, delta: number, flips: readonly number[]) =>
  Math.max(...flips.filter((share) => share >= Math.abs(delta)).map((share) => chanceOf(region, n, delta, share)));

function margins(): string {
  const flips = Array.from({ length: 86 }, (_, i) => 0.03 + i * 0.002);
  const rows = [88, 156, 247, 600].flatMap((n) =>
    [0.02, 0.03].map((margin) => {
      const rules = (bound: number) =>
        [exact(bound, 0.05), tango(bound, z90), waldZ(bound, z90)].map((rule) => regionOf(rule, n));
      const passes = rules(-margin);
      const fails = rules(margin);
      const cells = [
        ...passes.map((region) => worst(region, n, -margin, flips)),
        ...fails.map((region) => worst(region, n, margin, flips)),
        ...passes.map((region) => chanceOf(region, n, 0, 0.1)),
      ];
      return [n, margin, ...cells.map(percent)];
    }),
  );
  const three = (what: string) => [`${what}: **ours**`, "Tango", "Wald"];
  return table(["n", "margin", ...three("false pass"), ...three("false fail"), ...three("unchanged passes")], rows);
}

function intervals(): string {
  const flips = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4];
  const rows = [50, 200, 500, 2000].flatMap((n) =>
    [0, 0.02, 0.05, 0.1, 0.3].map((delta) => {
      const methods = [
        (bound: number) => exact(bound, 0.025),
        (bound: number) => tango(bound, z95),
        (bound: number) => waldZ(bound, z95),
      ];
      const missed = methods.map((rule) => {
        const [above, below] = [regionOf(rule(delta), n), regionOf(rule(-delta), n)];
        const shares = flips
          .filter((share) => share >= delta)
          .map((share) => chanceOf(above, n, delta, share) + chanceOf(below, n, -delta, share));
        return Math.max(...shares);
      });
      return [n, delta, ...missed.map((share) => percent(1 - share))];
    }),
  );
  return table(["n", "difference", "**ours**", "Tango", "Wald"], rows);
}

function groups(): string {
  const rows = [
    { n: 50, count: 25 },
    { n: 500, count: 20 },
    { n: 500, count: 50 },
    { n: 500, count: 100 },
    { n: 2000, count: 50 },
    { n: 2000, count: 200 },
  ].flatMap(({ n, count }) =>
    [
      { delta: 0, flips: 0.05 },
      { delta: 0, flips: 0.2 },
      { delta: -0.03, flips: 0.1 },
      { delta: -0.05, flips: 0.2 },
      { delta: 0.1, flips: 0.2 },
    ].map(({ delta, flips }) => {
      const random = seededRandom(20261120);
      const all = [0, 0.2, 0.5].flatMap((icc) =>
        [false, true].map((uneven) => {
          const world = flipWorld({ n, delta, flips, groups: { count, icc, uneven } });
          return errorRates(world, { ours, clusterT, tIgnoringGroups }, { runs, random });
        }),
      );
      const most = (of: (rates: (typeof all)[number]) => number) => percent(Math.max(...all.map(of)));
      const found = [most((r) => r.ours.excluded), most((r) => r.ours.passed), most((r) => r.ours.failed)];
      const others = [most((r) => r.clusterT.excluded), most((r) => r.clusterT.passed), most((r) => r.tIgnoringGroups.excluded)];
      return [n, count, delta, flips, ...found, ...others];
    }),
  );
  const mine = ["interval misses: **ours**", "false pass: **ours**", "false fail: **ours**"];
  return table(
    ["n", "groups", "difference", "flips", ...mine, "misses: cluster t", "false pass: cluster t", "misses: groups ignored"],
    rows,
  );
}

function outside(): string {
  const rows = [
    { n: 2000, delta: -0.03, flips: 0.03, groups: { count: 50, icc: 0.5, uneven: false } },
    { n: 2000, delta: -0.03, flips: 0.03, groups: { count: 50, icc: 0.2, uneven: false } },
    { n: 500, delta: -0.03, flips: 0.03, groups: { count: 100, icc: 0.5, uneven: false } },
    { n: 500, delta: -0.03, flips: 0.1, groups: { count: 10, icc: 0.5, uneven: false } },
    { n: 500, delta: -0.05, flips: 0.2, groups: { count: 7, icc: 0.5, uneven: true } },
  ].map((world) => {
    const random = seededRandom(20261120);
    const rates = errorRates(flipWorld(world), { ours, clusterT }, { runs, random });
    const { count, icc } = world.groups;
    const cells = [rates.ours.excluded, rates.ours.passed, rates.ours.failed, rates.clusterT.passed];
    const marked = approximateShare(flipWorld(world), { runs: Math.min(runs, 500), random });
    return [world.n, count, world.delta, world.flips, icc, ...cells.map(percent), percent(marked)];
  });
  const mine = ["interval misses: **ours**", "false pass: **ours**", "false fail: **ours**"];
  return table(["n", "groups", "difference", "flips", "icc", ...mine, "false pass: cluster t", "marked approximate"], rows);
}

function scores(): string {
  const rows = [30, 200, 1000].flatMap((n) =>
    scoreWorlds(n, 0.03).map((world) => {
      const rates = errorRates(world, { ours, tIgnoringGroups }, { runs, random: seededRandom(20261120) });
      const { ours: mine, tIgnoringGroups: t } = rates;
      return [n, world.name, ...[mine.excluded, mine.passed, mine.failed, t.excluded, t.passed].map(percent)];
    }),
  );
  const mine = ["interval misses: **ours**", "false pass: **ours**", "false fail: **ours**"];
  return table(["n", "scores", ...mine, "misses: t", "false pass: t"], rows);
}

const page = fileURLToPath(new URL("../docs/statistics.md", import.meta.url));
let text = readFileSync(page, "utf8");
for (const [name, make] of Object.entries({ unchanged, margins, intervals, groups, outside, scores })) {
  const block = new RegExp(`(<!-- table ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!block.test(text)) throw new Error(`docs/statistics.md has no place for the table ${name}`);
  const made = make();
  text = text.replace(block, (_, before: string, after: string) => `${before}\n${made}\n\n${after}`);
  console.log(`${name}\n\n${made}\n`);
}
writeFileSync(page, text);
