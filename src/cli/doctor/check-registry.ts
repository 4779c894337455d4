import { globSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { assumedFlips, assumedSpread, makePlan } from "../../compare/index.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { EvalCheck, EvalStatus, Registry, ResolvedEval } from "../../registry/index.ts";
import { counted } from "../numbers.ts";
import { errorFinding } from "./error-finding.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Everything in one registry folder that can be told without asking a model. */
export async function checkRegistry(folder: string, registry: Registry, cwd: string): Promise<Finding[]> {
  const isInside = (file: string) => !relative(folder, resolve(cwd, file)).startsWith("..");
  const checks = (await registry.check({ full: true })).filter(({ place }) => isInside(place.file));
  const resolved = await resolveAll(registry, checks);
  return [
    ...evalFindings(checks),
    ...registry.warnings
      .filter(({ where }) => where === undefined || isInside(where.file))
      .map(({ message, where }) =>
        warn(
          "registry.warning",
          where === undefined
            ? message
            : `${message} (${[where.file, where.line].filter((part) => part !== undefined).join(":")})`,
          "correct that line",
        ),
      ),
    ...checks.flatMap((check) => marginFindings(check, resolved.get(check.name))),
    ...(await modelFindings(folder, registry, isInside)),
    ...unusedFindings(folder, [...resolved.values()]),
    ...(await priceFindings(registry)),
  ];
}

async function resolveAll(registry: Registry, checks: readonly EvalCheck[]): Promise<Map<string, ResolvedEval>> {
  const resolved = new Map<string, ResolvedEval>();
  for (const { name, status } of checks) {
    if (status === "runs" || status === "needs-judge") resolved.set(name, await registry.eval(name));
  }
  return resolved;
}

/** What a status is worth: what cannot run here is no fault of the registry's, a missing file is. */
const remedies: { readonly [status in EvalStatus]?: { readonly level: "warn" | "fail"; readonly next: string } } = {
  "needs-judge": { level: "warn", next: "name one with judge: in the eval, or with --judge" },
  "not-portable": { level: "warn", next: "docs/evals.md says what cannot run here, and what to take instead" },
  "data-missing": { level: "fail", next: "put the file there, or correct the path in the eval" },
  broken: { level: "fail", next: "correct the line" },
};

function evalFindings(checks: readonly EvalCheck[]): Finding[] {
  if (checks.length === 0)
    return [
      warn("registry.evals", "there is no eval in it", "evals stand in evals/*.yaml; finegauge init --from FILE makes one"),
    ];
  const runs = checks.filter(({ status }) => status === "runs");
  const samples = runs.reduce((sum, check) => sum + (check.samples ?? 0), 0);
  const findings: Finding[] = [];
  if (runs.length > 0)
    findings.push(ok("registry.evals", `${counted(runs.length, "eval")} with ${counted(samples, "sample")} can be run`));
  for (const { name, status, reason } of checks) {
    const remedy = remedies[status];
    if (remedy === undefined) continue;
    const says = `${name}: ${reason ?? status}`;
    findings.push(
      remedy.level === "fail" ? fail(`registry.${status}`, says, remedy.next) : warn(`registry.${status}`, says, remedy.next),
    );
  }
  return findings;
}

/** A margin that the samples cannot settle ends every gate inconclusive, most of all for a model that did not change. */
function marginFindings({ name, samples }: EvalCheck, resolved: ResolvedEval | undefined): Finding[] {
  const margin = resolved?.spec.gate?.margin?.accuracy;
  if (margin === undefined || samples === undefined || samples < 2) return [];
  const [flips] = assumedFlips;
  const { scenarios } = makePlan({
    eval: name,
    metric: "accuracy",
    better: "higher",
    unitRange: true,
    delta: 0.03,
    power: 0.8,
    margin: margin === 0 ? null : margin,
    attempts: 1,
    available: samples,
    price: { tokens: null, usd: null, ms: null },
    spreads: [assumedSpread(flips)],
    notes: [],
  });
  const present = scenarios[0]?.present;
  const points = (share: number) => `${(share * 100).toFixed(1)} points`;
  if (margin === 0)
    return [
      fail("registry.margin", `${name}: a margin of 0 is never settled`, "give it a margin above 0 in gate.margin.accuracy"),
    ];
  if (present === undefined || margin >= present.smallest_margin) return [];
  const more = present.margin?.more_samples ?? 0;
  const says = `${name}: ${counted(samples, "sample")} cannot settle a margin of ${points(margin)}, even if only ${flips * 100} % of replies flip`;
  const wider = Math.ceil(present.smallest_margin * 200) / 200;
  return [
    warn(
      "registry.margin",
      says,
      `add ${counted(more, "sample")}, or widen the margin to ${points(wider)}; finegauge plan ${name} --mde ${margin} says more`,
    ),
  ];
}

async function modelFindings(folder: string, registry: Registry, isInside: (file: string) => boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  let usable = 0;
  for (const name of await registry.completionFnNames()) {
    try {
      const entry = await registry.completionFn(name);
      if (entry === undefined || resolve(entry.root) !== folder) continue;
      usable++;
      const file =
        entry.class === "llama" && typeof entry.args.model === "string"
          ? entry.resolvePath(entry.args.model, "models")
          : undefined;
      if (file !== undefined && statSync(file, { throwIfNoEntry: false }) === undefined)
        findings.push(
          fail(
            "registry.model-file",
            `${name}: there is no model file ${entry.args.model}`,
            "put it into models/, or correct the entry",
          ),
        );
    } catch (error) {
      if (!(error instanceof FinegaugeError)) throw error;
      const file = error.more.where?.file;
      if (file === undefined || isInside(file)) findings.push(errorFinding("registry.model", error));
    }
  }
  return usable > 0 ? [ok("registry.models", `${counted(usable, "model")} can be named`), ...findings] : findings;
}

/** Nobody names them: left over, or meant for an eval that is not written yet. */
function unusedFindings(folder: string, evals: readonly ResolvedEval[]): Finding[] {
  const used = new Set(evals.flatMap(({ dataPaths, trainPaths }) => [...dataPaths, ...trainPaths]));
  const yaml = globSync("**/*.{yaml,yml}", { cwd: folder })
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const files = globSync("data/**/*", { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile());
  const isNamed = (file: string) => yaml.includes(file.split(sep).join("/").slice("data/".length));
  const unused = files.filter((file) => !used.has(join(folder, file)) && !isNamed(file)).sort();
  if (unused.length === 0) return [];
  const shown = unused.slice(0, 5).map((file) => file.split(sep).join("/"));
  const others = unused.length > shown.length ? ` and ${unused.length - shown.length} more` : "";
  return [
    warn(
      "registry.unused-data",
      `${counted(unused.length, "data file")} that no eval names: ${shown.join(", ")}${others}`,
      "write an eval for it, or delete it",
    ),
  ];
}

async function priceFindings(registry: Registry): Promise<Finding[]> {
  try {
    await registry.prices();
    return [];
  } catch (error) {
    return [errorFinding("registry.prices", error)];
  }
}
