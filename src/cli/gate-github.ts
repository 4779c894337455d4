import { appendFileSync } from "node:fs";
import { messageOf } from "../core/errors.ts";
import type { GateResult } from "../core/gate.ts";
import { gateMarkdown } from "../report/index.ts";
import { logLine } from "./log-line.ts";
import { oneLine } from "./table.ts";

/**
 * What GitHub Actions shows beside a pull request: an annotation for each thing that keeps the gate from passing, and the verdict in the
 * job's summary. Elsewhere nothing.
 */
export async function tellGitHub(
  gate: GateResult,
  environment: { readonly [name: string]: string | undefined },
  write: (text: string) => void,
): Promise<void> {
  if (environment.GITHUB_ACTIONS === "true") for (const line of annotations(gate)) write(`${line}\n`);
  const summary = environment.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === "") return;
  const markdown = await gateMarkdown();
  try {
    appendFileSync(summary, [...markdown(gate)].join(""));
  } catch (error) {
    // The verdict is what the job hangs on, and it is told elsewhere too.
    write(`warning: the verdict is not in the job's summary: ${logLine(messageOf(error), 500)}\n`);
  }
}

function annotations({ refusals, rules, inconclusive, exit, sentence }: GateResult): string[] {
  const level = inconclusive === "fail" ? "error" : "warning";
  return [
    ...(exit === 2 ? [annotation("error", "gate.no-baseline", sentence)] : []),
    ...refusals.map(({ eval: name, code, sentence }) => annotation("error", `${code} on ${name}`, sentence)),
    ...rules.flatMap(({ verdict, eval: name, rule, sentence }) =>
      verdict === "pass" ? [] : [annotation(verdict === "fail" ? "error" : level, `${verdict}: ${rule} on ${name}`, sentence)],
    ),
  ];
}

/** One line; what a model or a file is called must not end it, or begin another. */
function annotation(level: "error" | "warning", title: string, message: string): string {
  const data = (text: string) => oneLine(text, 2000).replaceAll("%", "%25");
  return `::${level} title=${data(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${data(message)}`;
}
