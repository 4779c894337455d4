import { closeSync } from "node:fs";
import { hashJson } from "../../core/hash.ts";
import type { Bag } from "../../core/json.ts";
import type { RunLine, SampleLine } from "../../core/run-line.ts";
import { openRun } from "../whole-lines.ts";
import { type ForeignRun, storedRun } from "./foreign-run.ts";
import type { LogReader } from "./log-format.ts";
import { bagAt, modelName, numberAt, textAt, textsOf, timeOf, wholeAt } from "./log-values.ts";
import { modelGradedClass, scorerArgs, upstreamScorers } from "./openai-classes.ts";
import { attemptsAt, type EventIndex, indexEvents } from "./openai-events.ts";
import { type LineManner, openaiLine } from "./openai-sample.ts";

/**
 * Logs of openai/evals: JSONL, a `spec` line, events in order of completion, a final report that may stand anywhere or be missing.
 *
 * Holds the places of the events, not the events.
 */
export const openaiEvals: LogReader = {
  async open(file) {
    const index = indexEvents(file);
    const { spec, sampleIds } = index;
    const config = bagAt(spec, "run_config");
    const evalSpec = bagAt(config, "eval_spec");
    const name = textAt(spec, "eval_name") ?? guessedEval(sampleIds);
    const cls = textAt(evalSpec, "cls") ?? (textAt(evalSpec, "class") || "openai/evals");
    const args = bagAt(evalSpec, "args");
    const shots = numberAt(args, "num_few_shot") ?? 0;
    const { ids, order } = placesOf(sampleIds, name);
    const manner: LineManner = {
      eval: name,
      graded: cls === modelGradedClass,
      primary: cls === modelGradedClass ? "score" : index.has("match") || !index.has("metrics") ? "accuracy" : undefined,
    };
    const started = timeOf(spec.created_at) ?? index.firstAt ?? 0;
    const model = modelOf(spec, index);
    return storedRun({
      file,
      tool: "openai/evals",
      id: index.runId ?? "unknown",
      started,
      eval: name,
      ...scoring(cls, args),
      completionFn: model,
      model: { fn: "openai/evals", model },
      sampling: {},
      seed: wholeAt(config, "seed") ?? 0,
      samples: sampleIds.length,
      selected: sampleIds.length,
      attempts: index.attempts,
      ids,
      inputs: index.has("sampling"),
      status: index.ended ? "complete" : undefined,
      ended: index.lastAt ?? started,
      notes: [
        ...index.notes,
        ...(index.ended ? [] : ["the log has no final report: the run did not come to its end"]),
        ...(shots > 0 ? [`prompts hold ${shots} worked examples: they pair with runs that were asked the same way`] : []),
        "not in such a log: latency, why a reply ended, sampling, metadata",
      ],
      lines: () => linesOf(file, index, order, manner),
    });
  },
};

function* linesOf(
  file: string,
  index: EventIndex,
  order: readonly Ordered[],
  manner: LineManner,
): Generator<SampleLine, void, void> {
  const fd = openRun(file);
  try {
    for (let position = 0; position < order.length; position++) {
      const { owner, index: at } = order[position] as Ordered;
      const id = index.sampleIds[owner] as string;
      const attempts = attemptsAt(fd, index.spans, owner);
      for (let attempt = 0; attempt < attempts.length; attempt++) {
        const place = { id, attempt, seq: position * index.attempts + attempt, index: at };
        yield openaiLine(place, attempts[attempt] ?? [], manner);
      }
    }
  } finally {
    closeSync(fd);
  }
}

interface Ordered {
  readonly owner: number;
  readonly index: number;
}

/** Beyond this no row of a data file is; a made-up number must not make a list that long. */
const mostRows = 2 ** 31;

/** Ids of openai/evals are the eval and the line, `tickets.dev.17`: the order of the data. Others keep the order of the log. */
function placesOf(ids: readonly string[], name: string): { ids: "given" | "line"; order: Ordered[] } {
  const prefix = `${name.split(".").slice(0, 2).join(".")}.`;
  const order: Ordered[] = [];
  for (let owner = 0; owner < ids.length; owner++) {
    const id = ids[owner] as string;
    const line =
      id.startsWith(prefix) && /^(0|[1-9]\d{0,9})$/.test(id.slice(prefix.length)) ? Number(id.slice(prefix.length)) : -1;
    if (line < 0 || line >= mostRows) return { ids: "given", order: ids.map((_, at) => ({ owner: at, index: at })) };
    order.push({ owner, index: line });
  }
  return { ids: "line", order: order.sort((a, b) => a.index - b.index) };
}

function guessedEval(ids: readonly string[]): string {
  return /^(.+)\.\d+$/.exec(ids[0] ?? "")?.[1] ?? "unknown";
}

/** `completion_fns` of today, `model_name` and `model_names` of old logs, else who answered. */
function modelOf(spec: Bag, index: EventIndex): string {
  const old = spec.model_name ?? bagAt(spec, "model_names").completions;
  const named = spec.completion_fns ?? old;
  const names = named === undefined || named === null ? [] : textsOf(named);
  return names.length > 0 ? names.map(modelName).join(",") : (index.servedModel ?? "unknown");
}

/** Our scorer for a class whose verdicts it gives, with the hash that it would have in a run of ours. */
function scoring(cls: string, args: Bag): Pick<ForeignRun, "class" | "scorer" | "compat" | "args" | "scorers"> {
  const own = Object.hasOwn(upstreamScorers, cls) ? upstreamScorers[cls] : undefined;
  if (own === undefined) {
    const scorers: RunLine["scorers"] = [{ name: cls.split(":").at(-1) ?? cls, hash: hashJson({ cls, args }) }];
    return { class: cls, scorer: cls, compat: true, args: {}, scorers };
  }
  const kept = scorerArgs(own, args);
  const hash = hashJson({ kind: own.scorer, args: kept, compat: true });
  return { class: cls, scorer: own.scorer, compat: true, args: kept, scorers: [{ name: own.scorer, hash }] };
}
