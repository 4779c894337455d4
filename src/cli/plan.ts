import { type CommonOptions, openContext } from "./context.ts";
import { type PlanRequest, planEval } from "./plan-eval.ts";
import { planLines } from "./plan-lines.ts";
import { version } from "./version.ts";

interface PlanOptions extends CommonOptions, PlanRequest {
  readonly baselines?: string;
}

export async function plan(name: string, options: PlanOptions): Promise<void> {
  const made = await planEval(await openContext(options), name, options);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ format: 1, tool: `finegauge ${version()}`, plan: made }, null, 2)}\n`);
  else process.stdout.write(`${planLines(made).join("\n")}\n`);
}
