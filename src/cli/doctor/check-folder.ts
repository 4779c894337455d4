import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Registry } from "../../registry/index.ts";
import { listRuns } from "../../runs/index.ts";
import { checkTarget } from "../check-target.ts";
import { near } from "../near.ts";
import { counted } from "../numbers.ts";
import type { Settings } from "../settings.ts";
import { errorFinding } from "./error-finding.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** What this folder gives a command to work with: settings, registries, a place for runs. */
export async function checkFolder(cwd: string, settings: Settings, registry: Registry, now: Date): Promise<Finding[]> {
  const file = existsSync(join(cwd, "finegauge.yaml"));
  return [
    ok("settings", file ? "finegauge.yaml is read" : "no finegauge.yaml here: defaults hold"),
    await registryFinding(settings, registry),
    ...runsFindings(settings.out, now),
  ];
}

async function registryFinding({ roots, packaged }: Settings, registry: Registry): Promise<Finding> {
  const names = [...roots.map(near), ...(packaged === undefined ? [] : ["the registry that comes with the package"])];
  try {
    const evals = await registry.listEvals();
    const models = await registry.completionFnNames();
    const says = `${counted(evals.length, "eval")} and ${counted(models.length, "model")} in ${names.join(" and ")}`;
    if (roots.length > 0) return ok("registry", says);
    return ok("registry", says, { next: "finegauge init --from FILE makes one of your own" });
  } catch (error) {
    return errorFinding("registry", error);
  }
}

const dayMs = 86_400_000;

function runsFindings(out: string, now: Date): Finding[] {
  const shown = near(out);
  try {
    checkTarget(join(out, "run.jsonl"));
  } catch (error) {
    return [{ ...errorFinding("runs", error), next: `make ${shown} writable, or write elsewhere with --out` }];
  }
  let broken = 0;
  const [newest, ...others] = listRuns(out, () => {
    broken++;
  });
  const runs = newest === undefined ? "no run yet" : `${counted(others.length + 1, "run")}`;
  const findings = [ok("runs", `${shown} can be written to; ${runs}`)];
  if (broken > 0)
    findings.push(
      warn("runs.broken", `${counted(broken, "file")} in ${shown} cannot be read as runs`, "finegauge list runs names them"),
    );
  if (newest !== undefined && Date.parse(newest.run.started) > now.getTime() + dayMs) {
    const day = newest.run.started.slice(0, 10);
    findings.push(
      warn(
        "runs.clock",
        `the newest run is of ${day}, which is yet to come`,
        "set the clock: what is newest, and what is resumed, goes by it",
      ),
    );
  }
  return findings;
}
