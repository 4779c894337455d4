import { realpathSync, statSync } from "node:fs";
import { FinegaugeError } from "../core/errors.ts";
import { readTrainingConfig, type TrainingConfig } from "../finetune-data/index.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import { checkAllModels } from "./doctor/check-all-models.ts";
import { checkDotEnv, checkLlama, checkMachine, machineFacts } from "./doctor/check-environment.ts";
import { checkFolder } from "./doctor/check-folder.ts";
import { checkModel, type ModelCheckOptions } from "./doctor/check-model.ts";
import { checkRegistry } from "./doctor/check-registry.ts";
import { checkShown } from "./doctor/check-shown.ts";
import { cleanSubjects } from "./doctor/clean-subjects.ts";
import { countLevels, drawSubjects } from "./doctor/draw-subjects.ts";
import type { Subject } from "./doctor/finding.ts";
import { modelTargets } from "./doctor/model-target.ts";
import { firstQuestion, smallQuestion } from "./doctor/question.ts";
import { keepSecrets, type SecretKeeper } from "./doctor/secret-keeper.ts";
import { near } from "./near.ts";

interface DoctorOptions extends CommonOptions {
  readonly offline?: boolean;
  readonly eval?: string;
  readonly trainingConfig?: string;
  readonly timeout: number;
}

/** Checks the environment, models by one question each, and registries: what is wrong, in a sentence, and what to do next. */
export async function doctor(targets: readonly string[], options: DoctorOptions): Promise<void> {
  const folders = targets.filter(isFolder).map((folder) => realpathSync(folder));
  const names = targets.filter((target) => !isFolder(target));
  refuse(targets, names, options);
  const training = options.trainingConfig === undefined ? undefined : await readTrainingConfig(options.trainingConfig);
  const context = await openContext({ ...options, registry: [...(options.registry ?? []), ...folders] });
  const secrets = keepSecrets(context.environment);
  const facts = machineFacts(context.environment.variables);
  const machine = [...checkMachine(facts), ...checkDotEnv(process.cwd(), process.env)];
  const subjects: Subject[] = [
    { subject: "environment", findings: targets.length === 0 ? machine : machine.filter(({ level }) => level !== "ok") },
  ];
  if (targets.length === 0) {
    const { settings, registry } = context;
    subjects.push(
      { subject: "local models", findings: [await checkLlama()] },
      { subject: "this folder", findings: await checkFolder(process.cwd(), settings, registry, facts.now) },
      { subject: "models", findings: await checkAllModels(context) },
    );
  }
  for (const folder of folders) {
    subjects.push({
      subject: near(folder),
      findings: await checkRegistry(folder, context.registry, realpathSync(process.cwd())),
    });
  }
  if (names.length > 0) subjects.push(...(await checkNamed(names, context, secrets, options, training)));
  print(cleanSubjects(subjects, secrets.redact), context.tool, options);
}

/** A folder is a registry; everything else names a model. */
function isFolder(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
}

function refuse(targets: readonly string[], names: readonly string[], options: DoctorOptions): void {
  const lost = targets.find((target) => /[\\/]$/.test(target) && !isFolder(target));
  if (lost !== undefined)
    throw new FinegaugeError("cli.usage", `there is no folder ${lost}`, { hint: "name a model, or a registry's folder" });
  if (names.length > 0) return;
  const flag = options.eval !== undefined ? "--eval" : options.trainingConfig !== undefined ? "--training-config" : undefined;
  if (flag !== undefined)
    throw new FinegaugeError("cli.usage", `${flag} is about a model, and none is named`, { hint: "finegauge doctor MODEL …" });
}

async function checkNamed(
  names: readonly string[],
  context: Context,
  secrets: SecretKeeper,
  options: DoctorOptions,
  training: TrainingConfig | undefined,
): Promise<Subject[]> {
  const timeoutMs = options.timeout * 1000;
  const models = await modelTargets(names, context, timeoutMs);
  const question = options.eval === undefined ? smallQuestion : await firstQuestion(options.eval, context);
  const env = context.environment.variables;
  const checks: ModelCheckOptions = { env, secrets, question, offline: options.offline ?? false, timeoutMs };
  const subjects: Subject[] = [];
  for (const target of models) {
    const findings = await checkModel(target, checks);
    const works = !findings.some(({ level }) => level === "fail");
    const prompts = works ? await checkShown(target, checks, training) : [];
    subjects.push({ subject: `${target.reference.name} (${target.reference.class})`, findings: [...findings, ...prompts] });
  }
  return subjects;
}

function print(subjects: readonly Subject[], tool: string, options: DoctorOptions): void {
  const counts = countLevels(subjects);
  if (options.json) process.stdout.write(`${JSON.stringify({ format: 1, tool, counts, subjects }, null, 2)}\n`);
  else process.stdout.write(`${drawSubjects(subjects, { columns: process.stdout.columns }).join("\n")}\n`);
  if (counts.fail > 0) process.exitCode = 1;
}
