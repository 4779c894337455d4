import type { FormatName, SplitPlan } from "../../finetune-data/index.ts";
import { counted, percent } from "../numbers.ts";
import { oneLine, table } from "../table.ts";

/** What a split came to, and where it is. */
interface SplitFacts {
  readonly input: string;
  readonly format: FormatName;
  /** One for each part. */
  readonly paths: readonly string[];
  readonly plan: SplitPlan;
}

/** Labels that are listed, of those there are. */
const mostListed = 20;
/** Of the wanted rows: a part that is further off is spoken of. */
const farOff = 0.05;

/** What was done, for a person. */
export function splitLines(
  { input, format, paths, plan }: SplitFacts,
  { dryRun = false }: { readonly dryRun?: boolean },
): string[] {
  const { rows, parts, groups, joined, without, unreadable } = plan;
  const right = (text: string) => ({ text, right: true });
  const sizes = table([
    [{ text: "part" }, right("rows"), right("share"), right("wanted"), { text: dryRun ? "nothing written: --dry-run" : "file" }],
    ...parts.map(({ name, rows: own, wanted }, at) => [
      { text: name },
      right(String(own)),
      right(percent(own / rows)),
      right(String(wanted)),
      { text: oneLine(paths[at] as string, 200) },
    ]),
  ]);
  return [
    `${oneLine(input, 200)} (${format}): ${counted(rows, "row")} in ${counted(groups, "group")}`,
    ...[...unreadable].map(([why, n]) => `  left out, unreadable: ${n} × ${oneLine(why, 200)}`),
    ...[...joined].sort(([, a], [, b]) => b - a).map(([why, n]) => `  together: ${counted(n, "row")} by ${oneLine(why, 200)}`),
    ...[...without].filter(([, n]) => n > 0).map(([field, n]) => `  ${counted(n, "row")} without ${oneLine(field, 200)}`),
    "",
    ...sizes,
    ...labelLines(plan),
    ...unmet(plan),
  ];
}

function labelLines({ labels, parts }: SplitPlan): string[] {
  if (labels.length === 0) return [];
  const right = (text: string) => ({ text, right: true });
  const total = (at: number) => parts.reduce((sum, part) => sum + (part.labels[at] as number), 0);
  const places = [...labels.keys()].sort((a, b) => total(b) - total(a));
  const head = [{ text: "label" }, ...parts.flatMap(({ name }) => [right(name), right("share")])];
  const lines = places
    .slice(0, mostListed)
    .map((at) => [
      { text: oneLine(labels[at] as string, 40) },
      ...parts.flatMap((part) => [right(String(part.labels[at])), right(percent((part.labels[at] as number) / part.rows))]),
    ]);
  const more = labels.length - mostListed;
  return ["", ...table([head, ...lines]), ...(more > 0 ? [`${counted(more, "more label")}; --json has all`] : [])];
}

/** What was asked for and could not be had. */
function unmet({ parts, labels, largest, heldBack }: SplitPlan): string[] {
  const off = parts.filter(({ rows, wanted }) => Math.abs(rows - wanted) > Math.max(1, wanted * farOff));
  const missing = parts.flatMap((part) =>
    labels
      .filter((_, at) => part.labels[at] === 0)
      .map((label) => `${part.name} has none of ${oneLine(JSON.stringify(label), 40)}`),
  );
  const why = heldBack === undefined ? "groups are not cut" : "groups go with their earliest row";
  const lines = [
    ...off.map(({ name, rows, wanted }) => `${name} has ${rows} rows, not ${wanted}: ${why}, and the largest has ${largest}`),
    ...(heldBack ? [`${counted(heldBack, "later row")} stayed with the earliest of the group`] : []),
    ...missing.slice(0, mostListed),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

/** The same for a program. */
export function splitJson({ input, format, paths, plan }: SplitFacts): object {
  const { rows, groups, largest, parts, labels, joined, unreadable, without, heldBack } = plan;
  return {
    format: 1,
    input,
    from: format,
    rows,
    groups,
    largest_group: largest,
    joined: Object.fromEntries(joined),
    without: Object.fromEntries(without),
    unreadable: Object.fromEntries(unreadable),
    ...(heldBack !== undefined && { held_back: heldBack }),
    parts: parts.map(({ name, rows: own, wanted, labels: counts }, at) => ({
      name,
      file: paths[at],
      rows: own,
      wanted,
      ...(labels.length > 0 && { labels: Object.fromEntries(labels.map((label, place) => [label, counts[place]])) }),
    })),
  };
}
