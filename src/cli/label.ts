import { relative } from "node:path";
import type { Preference } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { JudgeCalibration, Share } from "../core/judge-calibration.ts";
import { findRun, labelsPath, openStoredRun, preferencesPath, type StoredRun } from "../runs/index.ts";
import type { CommonOptions } from "./context.ts";
import { judgeCalibration } from "./judge-calibration.ts";
import { type BlindPair, blindPreference, labelBlind } from "./label-blind.ts";
import { labelRun } from "./label-run.ts";
import { terminalDesk } from "./label-session.ts";
import { counted } from "./numbers.ts";
import { readSettings } from "./settings.ts";
import { oneLine } from "./table.ts";

interface LabelOptions extends CommonOptions {
  readonly blind?: boolean;
  readonly eval?: string;
  readonly count?: number;
  readonly report?: boolean;
}

const usual = 50;

/** A person labels replies that a judge has graded, or chooses between those of two runs; then says what that is worth. */
export async function label(references: readonly string[], options: LabelOptions): Promise<void> {
  const { out } = await readSettings(options);
  const open = async (reference: string) => openStoredRun((await findRun(reference, out)).file);
  if (options.blind) {
    const [first, second, ...more] = references;
    if (first === undefined || second === undefined || more.length > 0) {
      throw new FinegaugeError("cli.usage", "--blind takes two runs", { hint: "finegauge label --blind A B --eval E" });
    }
    const named = (reference: string) =>
      options.eval === undefined || reference.includes("@")
        ? open(reference)
        : open(`${options.eval}@${reference}`).catch(() => open(reference));
    await blind({ a: await named(first), b: await named(second) }, options);
    return;
  }
  const [reference, ...more] = references;
  if (reference === undefined || more.length > 0) {
    throw new FinegaugeError("cli.usage", "one run is labelled at a time", {
      hint: "--blind chooses between the replies of two",
    });
  }
  const stored = await open(options.eval === undefined || reference.includes("@") ? reference : `${options.eval}@${reference}`);
  await judged(stored, options);
}

async function judged(stored: StoredRun, options: LabelOptions): Promise<void> {
  const whole = options.report ? true : await atDesk((desk) => labelRun(stored, options.count ?? usual, desk));
  const found = await judgeCalibration(stored);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ run: stored.run.id, judge_calibration: found ?? null }, null, 2)}\n`);
  else process.stdout.write(`${calibrationLines(stored, found).join("\n")}\n`);
  endAs(whole);
}

async function blind(pair: BlindPair, options: LabelOptions): Promise<void> {
  const whole = options.report ? true : await atDesk((desk) => labelBlind(pair, options.count ?? usual, desk));
  const found = await blindPreference(pair);
  const names = { a: nameOf(pair.a), b: nameOf(pair.b) };
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ...names, eval: pair.b.run.eval, preference: found ?? null }, null, 2)}\n`);
  else process.stdout.write(`${preferenceLines(pair, found).join("\n")}\n`);
  endAs(whole);
}

/** A session that was left before its end is gone on with by the same command. */
function endAs(whole: boolean): void {
  if (!whole) process.stderr.write("stopped; the same command goes on\n");
}

async function atDesk(hold: (desk: ReturnType<typeof terminalDesk>) => Promise<boolean>): Promise<boolean> {
  const desk = terminalDesk();
  try {
    return await hold(desk);
  } finally {
    desk.close();
  }
}

function nameOf({ run }: StoredRun) {
  return { run: run.id, model: run.completion_fn };
}

function calibrationLines(stored: StoredRun, found: JudgeCalibration | undefined): string[] {
  const { run } = stored;
  const head = `${run.eval} on ${oneLine(run.completion_fn, 60)}, judged by ${run.judges.map(({ model }) => oneLine(model, 40)).join(", ")}`;
  if (found === undefined) return [head, "nothing is labelled yet"];
  if (found.state === "void") return [head, `labels are void: ${found.reason ?? ""}`];
  const { kappa, base_rate, tpr, tnr, corrected, reason } = found;
  const from = found.state === "carried" ? ` of run ${found.run}` : "";
  return [
    head,
    `labels     ${found.labels}${from}${found.unsure > 0 ? `, and ${found.unsure} unsure` : ""}`,
    `pass       ${percent(base_rate.judge)} by the judge, ${base_rate.people === null ? "not known" : percent(base_rate.people)} by people`,
    `kappa      ${kappa === null ? "not defined" : kappa.toFixed(2)}`,
    `TPR        ${shareText(tpr)} of the replies that people pass, the judge passes`,
    `TNR        ${shareText(tnr)} of the replies that people fail, the judge fails`,
    `corrected  ${shareText(corrected)}`,
    ...(reason === undefined ? [] : [`note       ${reason}`]),
    ...(found.state === "own" ? [relative(process.cwd(), labelsPath(stored.file))] : []),
  ];
}

function preferenceLines({ a, b }: BlindPair, found: (Preference & { readonly available: number }) | undefined): string[] {
  const [first, second] = [a, b].map(({ run }) => oneLine(run.completion_fn, 60)) as [string, string];
  if (found === undefined || found.share === null) return [`${first} or ${second} on ${b.run.eval}: nobody has chosen yet`];
  const { wins, n, share, interval, p, more, available, reason, settled } = found;
  const range = interval === null ? "" : `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  const winner = share > 0.5 ? second : first;
  return [
    `${second} is preferred to ${first} in ${percent(share)} of ${counted(n, "pair")}${range}`,
    `${wins.b} for ${second}, ${wins.a} for ${first}, ${counted(wins.ties, "tie")}; sign test p ${p === null ? "–" : p.toFixed(4)}`,
    settled ? `settled: people prefer ${winner}` : `not settled${moreText(more, available - n)}`,
    ...(reason === undefined ? [] : [reason]),
    relative(process.cwd(), preferencesPath(b.file, a.run.id)),
  ];
}

function moreText(more: number | null, left: number): string {
  if (more === null) return "";
  const enough = more <= left ? "" : `, and there are ${Math.max(0, left)}`;
  return `: about ${counted(more, "pair")} more would do, were people as divided as so far${enough}`;
}

function shareText(share: Share | null): string {
  return share === null ? "not known" : `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
