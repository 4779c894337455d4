import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Finding, Subject } from "../../src/cli/doctor/finding.ts";
import { finegauge, type Outcome, scratchFolder } from "./finegauge.ts";
import { type MockAnswer, type MockRequest, startMockOpenai } from "./mock-openai.ts";

export interface DiagnoseOptions {
  readonly env?: { readonly [name: string]: string | undefined };
  readonly args?: readonly string[];
  /** Beside the registry. */
  readonly files?: { readonly [file: string]: string };
}

/** What doctor said. */
export interface Diagnosis extends Outcome {
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
}

export function writeFiles(folder: string, files: { readonly [file: string]: string }): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** `finegauge doctor` in this folder. */
export async function doctorIn(cwd: string, args: readonly string[], env: DiagnoseOptions["env"] = {}): Promise<Diagnosis> {
  const outcome = await finegauge(["doctor", "--json", ...args], { cwd, env });
  const { subjects = [] } = outcome.stdout === "" ? {} : (JSON.parse(outcome.stdout) as { subjects?: Subject[] });
  return { ...outcome, subjects, findings: subjects.flatMap(({ findings }) => findings) };
}

/** What doctor says, in a folder of its own, about the model `m` that this line of YAML makes. */
export async function diagnose(entry: string, { env, args = [], files = {} }: DiagnoseOptions = {}): Promise<Diagnosis> {
  using scratch = scratchFolder();
  writeFiles(scratch.path, { "registry/completion-fns/m.yaml": `m: ${entry}\n`, ...files });
  return await doctorIn(scratch.path, ["m", "--timeout", "2", ...args], env);
}

export function failsOf({ findings }: Diagnosis): Finding[] {
  return findings.filter(({ level }) => level === "fail");
}

/** The finding of one check; fails when there is none. */
export function foundBy(diagnosis: Diagnosis, check: string): Finding {
  const found = diagnosis.findings.find((one) => one.check === check);
  if (found === undefined) throw new Error(`no finding ${check} in ${JSON.stringify(diagnosis.findings)}${diagnosis.stderr}`);
  return found;
}

/** A mock that is gone when the test is. */
export async function server(answer: (request: MockRequest) => MockAnswer) {
  const mock = await startMockOpenai({ answer });
  onTestFinished(() => mock.close());
  return mock;
}
