import type { GateResult } from "../core/gate.ts";
import { gateMarkdown } from "../report/index.ts";
import { type Annotation, tellGitHub } from "./github.ts";

/** Tells GitHub Actions of a gate: an annotation for each thing that keeps it from passing, and the verdict. */
export async function tellGate(
  gate: GateResult,
  environment: { readonly [name: string]: string | undefined },
  write: (text: string) => void,
): Promise<void> {
  const markdown = async () => (await gateMarkdown())(gate);
  await tellGitHub({ annotations: annotationsOf(gate), markdown, what: "the verdict is" }, environment, write);
}

function annotationsOf({ refusals, rules, inconclusive, exit, sentence }: GateResult): Annotation[] {
  const level = inconclusive === "fail" ? "error" : "warning";
  return [
    ...(exit === 2 ? [{ level: "error", title: "gate.no-baseline", message: sentence } as const] : []),
    ...refusals.map(
      ({ eval: name, code, sentence }) => ({ level: "error", title: `${code} on ${name}`, message: sentence }) as const,
    ),
    ...rules.flatMap(({ verdict, eval: name, rule, sentence }) =>
      verdict === "pass"
        ? []
        : [{ level: verdict === "fail" ? "error" : level, title: `${verdict}: ${rule} on ${name}`, message: sentence } as const],
    ),
  ];
}
