import { type DuplicateSummary, duplicateKinds, findDuplicates, readTrainingRows } from "../finetune-data/index.ts";
import { type DataLeaksOptions, exceeds } from "./data-leaks-options.ts";
import { sideBySide } from "./data-pairs.ts";
import { counted, percent } from "./numbers.ts";
import { oneLine, table } from "./table.ts";

/** Rows of a cluster that are named on a terminal. */
const mostNamed = 8;

/** Says which rows of a file repeat others. */
export async function duplicates(file: string, options: DataLeaksOptions): Promise<void> {
  const { clusters, summary } = await findDuplicates(readTrainingRows(file), { shown: options.show });
  const isTooMany = exceeds(summary.duplicates, summary.rows, options);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ format: 1, file, ...summary, within_limit: !isTooMany, clusters }, null, 2)}\n`);
  else {
    printSummary(file, summary);
    for (const { rows, kind, texts } of clusters) {
      const named = rows.slice(0, mostNamed).join(", ");
      const title = `rows ${named}${rows.length > mostNamed ? `, … (${rows.length})` : ""}: ${kind}`;
      const [first = "", other = "the same"] = texts;
      process.stdout.write(`\n${sideBySide([title, first], ["", other]).join("\n")}\n`);
    }
    const more = summary.clusters - clusters.length;
    if (more > 0) process.stdout.write(`\n${more} more of these; --show N shows more\n`);
  }
  if (isTooMany) process.exitCode = 1;
}

function printSummary(file: string, { rows, duplicates: found, kinds, conflicts }: DuplicateSummary): void {
  const name = file === "-" ? "standard input" : oneLine(file, 200);
  process.stdout.write(`${found} of ${counted(rows, "row")} of ${name} ${found === 1 ? "repeats" : "repeat"} an earlier one\n\n`);
  const row = (kind: string, n: number) => [
    { text: kind },
    { text: String(n), right: true },
    { text: percent(n / rows), right: true },
  ];
  const head = [{ text: "kind" }, { text: "rows", right: true }, { text: "share", right: true }];
  process.stdout.write(`${table([head, ...duplicateKinds.map((kind) => row(kind, kinds[kind]))]).join("\n")}\n`);
  if (conflicts > 0) {
    const have = conflicts === 1 ? "has" : "have";
    process.stdout.write(`\n${counted(conflicts, "row")} ${have} the prompt of an earlier row and another answer\n`);
  }
}
