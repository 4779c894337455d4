import type { Context } from "../context.ts";
import { counted } from "../numbers.ts";
import { accessOf } from "./access.ts";
import { checkKeys } from "./check-keys.ts";
import { errorFinding } from "./error-finding.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { type ModelTarget, modelTargets } from "./model-target.ts";

/** Which variables the known models need, and whether they are set; asks nobody. Those of finegauge.yaml are needed by the next run. */
export async function checkAllModels(context: Context): Promise<Finding[]> {
  const { registry, settings, environment } = context;
  const findings: Finding[] = [];
  const wanted: ModelTarget[] = [];
  const others: ModelTarget[] = [];
  for (const name of settings.models) await found([name], wanted);
  const names = new Set(wanted.map(({ reference }) => reference.name));
  for (const name of await registry.completionFnNames()) if (!names.has(name)) await found([name], others);

  const needs = new Map<string, { finding: Finding; models: string[]; urgent: boolean }>();
  for (const target of [...wanted, ...others]) {
    const { reference, args } = target;
    for (const finding of checkKeys(
      reference.class,
      accessOf(reference.class, args, environment.variables),
      environment.variables,
    )) {
      const known = needs.get(finding.says);
      if (known !== undefined) known.models.push(reference.name);
      else needs.set(finding.says, { finding, models: [reference.name], urgent: wanted.includes(target) });
    }
  }
  if (wanted.length + others.length > 0)
    findings.unshift(
      ok("models", `${counted(wanted.length + others.length, "model")} can be named; finegauge doctor MODEL asks one`),
    );
  for (const { finding, models, urgent } of needs.values()) {
    const who = models.length > 4 ? `${models.slice(0, 4).join(", ")} and ${models.length - 4} more` : models.join(", ");
    const says = `${finding.says}: for ${who}`;
    // What no run of finegauge.yaml asks may stay without a key.
    findings.push(finding.level === "fail" && !urgent ? warn(finding.check, says, finding.next ?? "") : { ...finding, says });
  }
  return findings;

  async function found(texts: readonly string[], into: ModelTarget[]): Promise<void> {
    try {
      into.push(...(await modelTargets(texts, context, settings.timeoutMs)));
    } catch (error) {
      const finding = errorFinding("models.unusable", error);
      findings.push(
        into === wanted
          ? finding
          : fail(finding.check, `${texts[0]}: ${finding.says}`, finding.next ?? "", { code: finding.code }),
      );
    }
  }
}
