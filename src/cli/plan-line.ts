import type { Sampling } from "../core/completion.ts";
import { age } from "../core/figures.ts";
import type { WidthBounds } from "../engine/index.ts";
import { counted, dollars, duration, short } from "./numbers.ts";
import { assumedReply, type Prospect } from "./price-prospect.ts";

/** What a plan line says. */
export interface PlanFacts {
  readonly eval: string;
  readonly model: string;
  readonly prospect: Prospect;
  /** Nobody sends a bill for it: it runs here, or on a server of one's own. */
  readonly local: boolean;
  /** Requests at once; undefined = only the server can tell. */
  readonly width: WidthBounds | undefined;
  /** How the model is reached: `CPU, 1 thread`. */
  readonly device?: string | undefined;
  readonly sampling: Sampling;
  /** Judges that each reply is shown to. */
  readonly judges?: readonly string[] | undefined;
}

/** What a run will ask, in one line, before anything is spent: requests, tokens, price, time, width, sampling sent and not sent. */
export function planLine(facts: PlanFacts): string {
  const { prospect, width, device, sampling, judges = [] } = facts;
  const parts = [
    counted(prospect.requests, "request"),
    ...cachePart(prospect),
    ...(isAnswered(prospect) ? ["nothing is asked"] : [tokensPart(prospect), pricePart(facts)]),
    ...(judges.length > 0 ? [`judged by ${judges.join(", ")}, which costs extra`] : []),
    ...(isAnswered(prospect) ? [] : [prospect.ms === undefined ? "time unknown" : `about ${duration(prospect.ms)}`]),
    `${widthPart(width)}${device === undefined ? "" : ` (${device})`}`,
    describeSampling(sampling),
  ];
  return `plan  ${facts.eval} on ${facts.model}: ${parts.join(" · ")}`;
}

function widthPart(width: WidthBounds | undefined): string {
  if (width === undefined) return "as many at a time as the server has slots";
  const { start, least, most } = width;
  return `${start} at a time${least === most ? "" : `, adapting ${least} to ${most}`}`;
}

/** A line with ` · ` between its parts, broken there where a terminal would break it anywhere; in a pipe it stays one line. */
export function wrapParts(text: string, columns: number | undefined): string {
  if (columns === undefined || text.length < columns) return text;
  const lines: string[] = [];
  for (const part of text.split(" · ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(part);
    else if (last.length + part.length + 3 < columns) lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(`      ${part}`);
  }
  return lines.join("\n");
}

/** By the cache, as far as anybody is going to. */
function isAnswered({ cached, requests }: Prospect): boolean {
  return cached !== undefined && (cached.mode === "only" || cached.there === requests);
}

function cachePart({ cached, requests }: Prospect): string[] {
  if (cached === undefined) return [];
  if (cached.mode === "refresh") return ["cache: all asked anew"];
  const newest = cached.newestMs === undefined ? "" : `, newest ${age(cached.newestMs)} old`;
  return [`cache: ${cached.there} of ${requests} there${newest}`];
}

function tokensPart({ tokens }: Prospect): string {
  const input = `about ${short(tokens.input)} tokens in`;
  if (tokens.by === "guess") return input;
  return `${input}, ${tokens.by === "limit" ? "at most" : "about"} ${short(tokens.output)} out`;
}

function pricePart({ prospect: { usd, tokens }, local }: PlanFacts): string {
  if (usd === undefined) return local ? "no price" : "price unknown";
  if (tokens.by === "limit") return `at most about ${dollars(usd)}`;
  const assumed = tokens.by === "guess" ? ` if replies have ${assumedReply} tokens` : "";
  return `about ${dollars(usd)}${assumed}`;
}

function describeSampling(sampling: Sampling): string {
  const names = ["temperature", "top_p", "max_tokens", "stop", "seed"] as const;
  const sent = names.filter((name) => sampling[name] !== undefined).map((name) => `${name} ${JSON.stringify(sampling[name])}`);
  const extra = Object.keys(sampling.extra ?? {});
  const left = names.filter((name) => sampling[name] === undefined);
  const said = [...sent, ...extra].join(", ");
  const unsaid = left.length === 0 ? "" : `left to the model: ${left.join(", ")}`;
  return [said, unsaid].filter((part) => part !== "").join(" · ");
}
