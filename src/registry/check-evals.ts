import { FinegaugeError, type Place } from "../core/errors.ts";
import { makeScorers } from "../core/make-scorers.ts";
import { followAlias } from "./follow-alias.ts";
import { openSamples } from "./open-samples.ts";
import type { EvalCheck, EvalListing, EvalStatus, ResolvedEval } from "./registry.ts";
import { resolveEval } from "./resolve-eval.ts";
import type { Tables } from "./tables.ts";

/** Every concrete eval with the names that lead to it, by name. An alias that leads nowhere stands for itself. */
export function listEvals({ evals }: Tables): readonly EvalListing[] {
  const aliases = new Map<string, string[]>();
  for (const name of evals.names()) {
    const target = concrete(name);
    const known = aliases.get(target);
    if (known === undefined) aliases.set(target, target === name ? [] : [name]);
    else if (target !== name) known.push(name);
  }
  return [...aliases].map(([name, others]) => listing(name, others.sort())).sort((a, b) => (a.name < b.name ? -1 : 1));

  function concrete(name: string): string {
    try {
      return followAlias(evals, name)?.name ?? name;
    } catch {
      return name;
    }
  }

  function listing(name: string, others: readonly string[]): EvalListing {
    try {
      const entry = evals.get(name);
      const fields = entry?.read();
      const description = fields?.description ?? base(name)?.description;
      return {
        name,
        aliases: others,
        ...(typeof fields?.class === "string" && { class: fields.class }),
        ...(typeof description === "string" && { description }),
        place: entry?.place ?? { file: "" },
      };
    } catch (error) {
      return { name, aliases: others, place: (error instanceof FinegaugeError ? error.more.where : undefined) ?? { file: "" } };
    }
  }

  function base(name: string) {
    return name.includes(".") ? evals.get(name.slice(0, name.indexOf(".")))?.read() : undefined;
  }
}

/**
 * Says of every eval whether it can be run, without asking a model.
 *
 * @param full checks every row of the data, not only that the files are there
 */
export async function checkEvals(tables: Tables, full: boolean): Promise<readonly EvalCheck[]> {
  const checks: EvalCheck[] = [];
  for (const listing of listEvals(tables)) checks.push({ ...listing, ...(await checkEval(tables, listing.name, full)) });
  for (const { shown, problem } of tables.evals.badFiles) {
    checks.push({
      name: shown,
      aliases: [],
      place: problem?.more.where ?? { file: shown },
      status: "broken",
      ...(problem && { reason: sentence(problem) }),
    });
  }
  return checks;
}

type Finding = Pick<EvalCheck, "status" | "reason" | "samples">;

async function checkEval(tables: Tables, name: string, full: boolean): Promise<Finding> {
  try {
    const resolved = await resolveEval(tables, name);
    if (resolved.trainFault !== undefined) throw resolved.trainFault;
    const samples = full ? { samples: await countSamples(resolved) } : {};
    return lacksJudge(resolved)
      ? { status: "needs-judge", reason: "its replies are graded by a model, and it names none: --judge NAME", ...samples }
      : { status: "runs", ...samples };
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
    return { status: statusOf(error), reason: sentence(error) };
  }
}

function lacksJudge({ kinds, spec }: ResolvedEval): boolean {
  return spec.judge === undefined && makeScorers(spec, kinds).some(({ needs }) => needs.judge === true);
}

async function countSamples(resolved: ResolvedEval): Promise<number> {
  const source = await openSamples({ eval: resolved, order: "file" });
  source.close();
  return source.total;
}

function statusOf({ code }: FinegaugeError): EvalStatus {
  if (code === "registry.not-portable") return "not-portable";
  return code === "data.missing" || code === "data.lfs-pointer" ? "data-missing" : "broken";
}

/** The error in one line: what, where, and what to do. The list names the eval already, and what is not portable has no remedy. */
function sentence({ code, message, more: { where, nearest, hint } }: FinegaugeError): string {
  if (code === "registry.not-portable") return message.replace(/^eval "[^"]*" cannot run here: /, "");
  const place = where?.line === undefined || message.includes(where.file) ? "" : ` (${placeText(where)})`;
  const next =
    nearest !== undefined && nearest.length > 0 ? `; did you mean "${nearest[0]}"?` : hint === undefined ? "" : `; ${hint}`;
  return `${message}${place}${next}`;
}

function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
