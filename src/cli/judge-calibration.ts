import { type Dirent, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { calibrateJudge, carryCalibration } from "../compare/index.ts";
import { canonicalJson } from "../core/json.ts";
import type { JudgeCalibration } from "../core/judge-calibration.ts";
import type { LabelsHead } from "../core/label-line.ts";
import { isLabelFile, labelsPath, openStoredRun, readLabels, type StoredLabels, type StoredRun } from "../runs/index.ts";
import { type JudgedReplies, judgedReplies, strataOf } from "./label-run.ts";

/**
 * What people's labels say about the judge of a run: labels of its own replies, else of another run of the eval in the folders beside it,
 * the most labelled one of the same judge and prompt. undefined where nobody labelled anything.
 *
 * @throws FinegaugeError `run.corrupt` for a file of labels that cannot be read
 */
export async function judgeCalibration(stored: StoredRun): Promise<JudgeCalibration | undefined> {
  if (stored.run.judges.length === 0) return undefined;
  const own = labelsPath(stored.file);
  const files = [own, ...labelFiles(dirname(dirname(stored.file))).filter((file) => file !== own)];
  const found = files.flatMap((file) => {
    const labels = readLabels(file, "labels");
    return labels === undefined || labels.head.eval !== stored.run.eval ? [] : [{ file, ...labels }];
  });
  if (found.length === 0) return undefined;
  const judged = await judgedReplies(stored);
  if (judged === undefined) return undefined;
  const fitting = found.find(({ head }) => head.run === stored.run.id && isAlike(head, stored, judged));
  if (fitting !== undefined) {
    const { unsure, ...strata } = strataOf(judged, fitting.answers);
    return { state: "own", run: stored.run.id, unsure, ...calibrateJudge(strata) };
  }
  const others = found.sort((a, b) => b.answers.size - a.answers.size || (a.head.started < b.head.started ? 1 : -1));
  const alike = others.find(({ head }) => isAlike(head, stored, judged));
  if (alike !== undefined) return carried(judged, alike);
  const [most] = others;
  return most && voided(most.head, stored, judged);
}

interface FoundLabels extends StoredLabels<LabelsHead> {
  readonly file: string;
}

async function carried(judged: JudgedReplies, { file, head, answers }: FoundLabels): Promise<JudgeCalibration | undefined> {
  const there = await judgedReplies(await openStoredRun(file.replace(/\.labels\.jsonl$/, ".jsonl"))).catch(() => undefined);
  if (there === undefined) return undefined;
  const { unsure, ...strata } = strataOf(there, answers);
  const found = calibrateJudge(strata);
  const passed = [...judged.verdicts.values()].filter(Boolean).length;
  const size = judged.verdicts.size;
  const corrected = carryCalibration(passed, size, found);
  const base_rate = { judge: size === 0 ? 0 : passed / size, people: corrected?.value ?? null };
  const reason = `the judge's rates are those of run ${head.run}`;
  return { state: "carried", run: head.run, unsure, ...found, corrected, base_rate, reason };
}

/** Labels of another judge or prompt say nothing about this one. */
function voided(head: LabelsHead, { run }: StoredRun, { scorer, verdicts }: JudgedReplies): JudgeCalibration {
  const changed = [
    ...(canonicalJson(head.judges) === canonicalJson(run.judges) ? [] : ["the judge"]),
    ...(head.scorer.hash === scorer.hash ? [] : ["the grading prompt or its arguments"]),
  ];
  const judge = [...verdicts.values()].filter(Boolean).length / Math.max(1, verdicts.size);
  const nothing = { labels: 0, unsure: 0, kappa: null, tpr: null, tnr: null, corrected: null };
  const reason = `${changed.join(" and ")} changed since run ${head.run} was labelled`;
  return { state: "void", run: head.run, ...nothing, base_rate: { judge, people: null }, reason };
}

function isAlike(head: LabelsHead, { run }: StoredRun, { scorer }: JudgedReplies): boolean {
  return head.scorer.hash === scorer.hash && canonicalJson(head.judges) === canonicalJson(run.judges);
}

/** Of all models of an eval. */
function labelFiles(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && isLabelFile(entry.name) && entry.name.endsWith(".labels.jsonl"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
