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

function isLocal(fn: string): boolean {
  return ["llama", "llama-server", "command", "replay", "module"].includes(fn);
}

function describeSampling(sampling: RunPlan["sampling"]): string {
  const names = ["temperature", "top_p", "max_tokens", "stop", "seed"] as const;
  const sent = names.filter((name) => sampling[name] !== undefined).map((name) => `${name} ${JSON.stringify(sampling[name])}`);
  const extra = Object.keys(sampling.extra ?? {});
  const left = names.filter((name) => sampling[name] === undefined);
  return `sends ${[...sent, ...extra].join(", ") || "no sampling"}; not sent: ${left.join(", ")}`;
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
