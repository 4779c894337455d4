import { basename } from "node:path";
import { styleText } from "node:util";
import { sizeText } from "../compare/index.ts";
import { whole } from "../core/figures.ts";
import type { Chosen, DropReason } from "../finetune-data/index.ts";
import type { PlannedFile } from "./apply-files.ts";
import type { InitData } from "./init-data.ts";
import { counted } from "./numbers.ts";
import { oneLine, table } from "./table.ts";

const formats: { readonly [format in InitData["format"]]: string } = {
  chat: "chats",
  samples: "samples",
  csv: "CSV",
  tsv: "TSV",
  records: "JSON objects",
};

const reasons: { readonly [reason in DropReason]: string } = {
  unreadable: "cannot be read",
  "empty-input": "no question",
  "empty-ideal": "no answer",
  "in-training": "the same text stands in the training file",
  "like-training": "nearly the same as a training row; --keep-similar keeps such",
  conflict: "the same text stands there with two labels: nobody knows which is right",
  duplicate: "the same text again",
  "repeated-id": "the same id again",
};

/** What a person sees of `init --from`: what was read, left out and made, and what the set can tell. */
export function initLines(name: string, data: InitData): string[] {
  const { chosen, columns, scorer, system, train, outlook } = data;
  const n = chosen.samples.length;
  const lines = [
    styleText("bold", `${whole(n)} of ${whole(data.rows)} rows of ${oneLine(basename(data.from), 80)} make the eval ${name}`, {
      stream: process.stdout,
    }),
  ];
  if (columns === undefined) lines.push(`read     ${formats[data.format]}`);
  else {
    const more = columns.metadata.length === 0 ? "" : `, metadata ${columns.metadata.join(", ")}`;
    const id = columns.id === undefined ? "" : `, id ${columns.id}`;
    const said = `${formats[data.format]}: input ${columns.input}, ideal ${columns.ideal}${id}${more}`;
    lines.push(`read     ${oneLine(said, 300)}`, dim("         (--input, --ideal, --id and --metadata say otherwise)"));
  }
  if (train !== undefined)
    lines.push(`train    ${whole(train.rows)} rows of ${oneLine(basename(train.file), 80)}, to check for leaks`);
  if (system !== undefined) {
    const what = system.text === "" ? "none" : JSON.stringify(oneLine(system.text, 120));
    lines.push(`prompt   before each question: ${what} (from ${system.from}; --system says otherwise)`);
  }
  lines.push(...droppedLines(chosen));
  if (data.similar > 0) lines.push(`similar  ${whole(data.similar)} nearly the same as a training row, kept: --keep-similar`);
  lines.push(`scorer   ${scorer.class}${chosen.kind.kind === "labels" ? `, ${chosen.kind.labels.length} labels` : ""}`);
  for (const one of scorer.notes) lines.push(`         ${oneLine(one, 300)}`);
  lines.push(
    ...(scorer.verdicts ? seesLines(n, outlook) : [`sees     known after a first run: finegauge plan ${name} --mde 0.05`]),
  );
  return [...lines, ...labelLines(outlook), ""];
}

function droppedLines({ dropped, merged }: Chosen): string[] {
  const lines = dropped.map(({ reason, fault, lines: at }, row) => {
    const why = reason === "unreadable" ? (fault ?? reasons[reason]) : reasons[reason];
    const where = `line${at.length === 1 ? "" : "s"} ${at.slice(0, 3).join(", ")}${at.length > 3 ? ", …" : ""}`;
    return `${row === 0 ? "dropped " : "        "} ${whole(at.length)}: ${oneLine(why, 120)} (${where})`;
  });
  if (merged > 0) lines.push(`merged   ${counted(merged, "question")} with several answers: any one of them is right`);
  return lines;
}

function seesLines(n: number, { sees, margin }: InitData["outlook"]): string[] {
  const lines = sees.map(({ flips, mde, smallest_margin: smallest }, row) => {
    const change = mde === null ? "no change" : `a change of ${sizeText(mde, true)}`;
    return `${row === 0 ? "sees    " : "        "} ${change} if ${Math.round(flips * 100)} % of replies flip; settles a margin of ${sizeText(smallest, true)}`;
  });
  if (margin === null) lines.push(`margin   none: ${whole(n)} samples settle none that means anything; more samples do`);
  else lines.push(`margin   ${sizeText(margin, true)} is proposed for the gate`);
  return lines;
}

function labelLines({ labels, label_needs: needs }: InitData["outlook"]): string[] {
  const small = labels.filter((label) => label.too_small);
  if (small.length === 0) return [];
  const shown = small.slice(0, 8).map(({ label, samples }) => `${oneLine(label, 40)} (${samples})`);
  const more = small.length > shown.length ? ` and ${small.length - shown.length} more` : "";
  return [`labels   too few for a claim about them alone: ${shown.join(", ")}${more}; a change of 20 points takes ${needs}`];
}

const verbs = { create: "new", replace: "replaced", append: "line added", keep: "kept as it is" } as const;

/** What was written, or would be. */
export function fileLines(files: readonly PlannedFile[], dryRun: boolean): string[] {
  const head = dryRun ? "would write" : "written";
  return [dim(head), ...table(files.map(({ path, action }) => [{ text: `  ${oneLine(path, 200)}` }, { text: verbs[action] }]))];
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
