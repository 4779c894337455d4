import { toText } from "../core/prompt.ts";
import type { RunPlan } from "../engine/index.ts";
import { duration, short } from "./numbers.ts";

/**
 * What a run will ask, in one line, before anything is spent: requests, tokens, price, time, width, sampling sent and not sent.
 *
 * @param msPerSample of an earlier run of this model on this eval, if there was one
 */
export function planLine(plan: RunPlan, msPerSample: number | undefined): string {
  const { line, sampling, requests, concurrency, fn } = plan;
  const device = fn.describe?.();
  const parts = [
    `${requests} ${requests === 1 ? "request" : "requests"}`,
    `about ${short(estimateTokens(plan))} tokens in`,
    isLocal(line.model.fn) ? "no cost" : "price unknown",
    msPerSample === undefined ? "time unknown" : `about ${duration(msPerSample * requests)}`,
    `${concurrency} at a time${device === undefined ? "" : ` (${device})`}`,
    describeSampling(sampling),
  ];
  return `plan  ${line.eval} on ${line.completion_fn}: ${parts.join(" · ")}`;
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

function isLocal(fn: string): boolean {
  return ["llama", "llama-server", "command", "replay", "module"].includes(fn);
}

function describeSampling(sampling: RunPlan["sampling"]): string {
  const names = ["temperature", "top_p", "max_tokens", "stop", "seed"] as const;
  const sent = names.filter((name) => sampling[name] !== undefined).map((name) => `${name} ${JSON.stringify(sampling[name])}`);
  const extra = Object.keys(sampling.extra ?? {});
  const left = names.filter((name) => sampling[name] === undefined);
  const said = [...sent, ...extra].join(", ");
  const unsaid = left.length === 0 ? "" : `left to the model: ${left.join(", ")}`;
  return [said, unsaid].filter((part) => part !== "").join(" · ");
}

/** Characters by four, over at most 200 samples of the order. */
function estimateTokens({ source, wrap, fn, requests }: RunPlan): number {
  const looked = Math.min(200, source.selected);
  let characters = 0;
  for (let position = 0; position < looked; position++) {
    const { input } = source.at(position);
    if (input === null) continue;
    const inner = wrap === undefined ? input : wrap(input);
    characters += toText(fn.wrap === undefined ? inner : fn.wrap(inner)).length;
  }
  return looked === 0 ? 0 : Math.round((characters / looked / 4) * requests);
}
