import type { Distribution, RowFinding, TokenCounter, ValidateMode, Validation } from "../../finetune-data/index.ts";
import { counted, dollars } from "../numbers.ts";
import { type Cell, oneLine, table } from "../table.ts";
import { plotBins } from "./plot-bins.ts";

/** What was found in a file, and what follows from it. */
export interface Validated extends Validation {
  readonly file: string;
  readonly mode: ValidateMode;
  /** The first of each level. */
  readonly shown: { readonly error: readonly RowFinding[]; readonly warning: readonly RowFinding[] };
  readonly counter: TokenCounter;
  readonly maxTokens: number | undefined;
  readonly epochs: number;
  /** Tokens of all epochs. */
  readonly billed: number;
  /** US dollars; undefined: no price is known. */
  readonly cost: number | undefined;
}

/** Rows of a chat without a system prompt may be all of them: counted, and listed in the report alone. */
export const countedOnly: readonly string[] = ["missing_system", "missing_user"];

const whole = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0);

/**
 * The same for a person.
 *
 * @param isPlain into a pipe: plots of plain characters
 */
export function validatedLines(
  validated: Validated,
  { isPlain, reportFile }: { isPlain: boolean; reportFile: string | undefined },
): string[] {
  const { file, mode, kind, rows, faulty, errors, warnings, shown } = validated;
  const what = kind === undefined ? "" : ` of ${kind}s`;
  const found = [
    errors.size === 0 ? "no errors" : `${counted(sumOf(errors), "error")}${faulty === 0 ? "" : ` in ${counted(faulty, "row")}`}`,
    ...(warnings.size === 0 ? [] : [counted(sumOf(warnings), "warning")]),
  ];
  return [
    `${oneLine(file, 200)}: ${counted(rows, "row")}${what}, by ${rulesOf[mode]}: ${found.join(", ")}`,
    ...section("errors", errors, shown.error, { file, reportFile }),
    ...section("warnings", warnings, shown.warning, { file, reportFile }),
    ...spreadLines(validated, isPlain),
    ...costLines(validated),
  ];
}

const rulesOf: { readonly [mode in ValidateMode]: string } = {
  current: "the API's rules of today",
  cookbook: "the cookbook's rules",
  tools: "the rules of openai_chat_gpt_finetune_tools",
};

function section(
  title: string,
  counts: ReadonlyMap<string, number>,
  findings: readonly RowFinding[],
  { file, reportFile }: { file: string; reportFile: string | undefined },
): string[] {
  if (counts.size === 0) return [];
  const rows = [...counts].map(([kind, n]): Cell[] => [{ text: kind }, { text: whole(n), right: true }]);
  const more = [...counts].reduce((sum, [kind, n]) => (countedOnly.includes(kind) ? sum : sum + n), 0) - findings.length;
  const listed = findings.map(({ line, message, kind, says }) => {
    const place = line === undefined ? oneLine(file, 200) : `${oneLine(file, 200)}:${line}`;
    return `  ${place}  ${message === undefined ? "" : `message ${message} `}${oneLine(says, 200)} (${kind})`;
  });
  const rest = `  ${whole(more)} more${reportFile === undefined ? "; --report FILE lists every row" : ""}`;
  return [
    "",
    ...table([[{ text: title }, { text: "n", right: true }], ...rows]),
    ...(listed.length > 0 ? ["", ...listed] : []),
    ...(more > 0 ? [rest] : []),
  ];
}

function spreadLines({ messages, tokens, assistantTokens }: Validated, isPlain: boolean): string[] {
  const named: readonly (readonly [string, Distribution | null])[] = [
    ["messages", messages],
    ["tokens", tokens],
    ["of the assistant", assistantTokens],
  ];
  const rows = named.flatMap(([name, spread]) => {
    if (spread === null) return [];
    const { min, p10, median, mean, p90, max, bins } = spread;
    const figures = [min, p10, median, mean, p90, max].map((value): Cell => ({ text: whole(value), right: true }));
    return [[{ text: name }, ...figures, { text: plotBins(bins, isPlain) }]];
  });
  if (rows.length === 0) return [];
  const head = ["min", "p10", "median", "mean", "p90", "max"].map((text): Cell => ({ text, right: true }));
  return ["", ...table([[{ text: "a row has" }, ...head, { text: "min to max" }], ...rows])];
}

function costLines({ tokens, counter, maxTokens, warnings, epochs, billed, tokensPerEpoch, cost }: Validated): string[] {
  if (tokens === null) return [];
  const { encoding, tokenizer } = counter;
  const long = warnings.get("too_long") ?? 0;
  const limit = maxTokens === undefined ? "the limit of a row is not known" : `a limit of ${whole(maxTokens)} a row`;
  const price = cost === undefined ? "--price says what a million cost" : dollars(cost);
  const about = tokenizer === undefined ? "about " : "";
  return [
    "",
    `${about}${whole(tokensPerEpoch)} tokens an epoch × ${counted(epochs, "epoch")} = ${about}${whole(billed)}, ${price}`,
    `${long === 0 ? limit : `${limit}, which cuts ${counted(long, "row")}`}; ${encoding}, ${
      tokenizer ?? "estimated: npm install gpt-tokenizer counts them"
    }`,
  ];
}

/** The same for a program. */
export function validatedJson(validated: Validated): object {
  const { file, mode, kind, rows, faulty, errors, warnings, shown, counter, messages, tokens, assistantTokens } = validated;
  const { totalTokens, tokensPerEpoch, maxTokens, epochs, billed, cost } = validated;
  return {
    format: 1,
    file,
    mode,
    ...(kind !== undefined && { kind }),
    rows,
    faulty,
    errors: Object.fromEntries(errors),
    warnings: Object.fromEntries(warnings),
    findings: [...shown.error, ...shown.warning],
    messages,
    tokens,
    assistant_tokens: assistantTokens,
    total_tokens: totalTokens,
    counted_by: { encoding: counter.encoding, tokenizer: counter.tokenizer ?? null, estimate: counter.tokenizer === undefined },
    max_tokens: maxTokens ?? null,
    tokens_per_epoch: tokensPerEpoch,
    epochs,
    billed_tokens: billed,
    cost: cost ?? null,
  };
}
