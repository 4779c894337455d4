import type { Completion } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { readAnswer, wordsAnswer } from "./attempts/answer-id.ts";
import { cachedCounts } from "./cached-counts.ts";
import type { Collector, CollectorOptions } from "./collector.ts";
import { runLabels } from "./labels/run-labels.ts";
import { latencyHistogram } from "./latency-histogram.ts";
import { type Pages, pages } from "./pages.ts";
import { flag, replyFlags } from "./reply-flags.ts";
import { countRun, doneSeqs, measureRun, type RunStore, scoreMetric } from "./run-metrics.ts";
import { scoreFamilies } from "./score-families.ts";
import { servedCounts } from "./served-counts.ts";
import { mostKept, sliceTable } from "./slice-tables.ts";
import { spending } from "./spending.ts";
import { valueIds } from "./value-ids.ts";

/** A collector of one run's numbers. */
export function collectRun(options: CollectorOptions): Collector {
  const { spec, attempts } = options;
  const selected = Math.min(options.selected, 2 ** 32 - 1);
  const store: RunStore = {
    selected: options.selected,
    lowerIsBetter: spec.higher_is_better === false,
    flags: pages((size) => new Uint8Array(size), 0),
    families: scoreFamilies(),
    samples: attempts > 1 ? pages((size) => new Uint32Array(size), 0) : undefined,
    groups: spec.group_by === undefined ? undefined : valueIds(spec.group_by),
    attempts: attempts > 1 ? { each: attempts, answers: pages((size) => new Uint32Array(size), 0) } : undefined,
    labels: runLabels(spec),
    expressions: options.expressions,
  };
  const slices = (spec.slices ?? []).map((path) => valueIds(path, mostKept));
  const model = spending();
  const judge = spending();
  const served = servedCounts();
  const latency = latencyHistogram();
  const cached = cachedCounts();
  /** 1 by seq of a leaked sample; most runs have none. */
  let leaks: Pages | undefined;

  function place(seq: number): number {
    if (!(seq < selected)) {
      throw new FinegaugeError("run.corrupt", `a run of ${selected} has a line for position ${seq}`, {
        hint: "its first line is not its own; run the eval again",
      });
    }
    return store.flags.get(seq);
  }

  function takeScores(seq: number, scores: readonly Score[]): number {
    store.families.put(seq, scores);
    let flags = 0;
    for (const { details, judgements } of scores) {
      if (details?.invalid_label === true) flags |= flag.invalid_label;
      if (judgements === undefined) continue;
      for (const { completion } of judgements) {
        if (completion.cached === true) cached.addGrade(completion);
        else judge.add(completion.usage, completion.cost);
      }
    }
    return flags;
  }

  /** What a score read out of the reply goes before its words, whichever line comes first. */
  function takeAnswer(seq: number, scores: readonly Score[] | undefined, line?: SampleLine): void {
    if (store.attempts === undefined) return;
    const { answers } = store.attempts;
    const read = readAnswer(scores);
    if (read !== 0) answers.set(seq, read);
    else if (line !== undefined && answers.get(seq) === 0) answers.set(seq, wordsAnswer(line));
  }

  function takeReply(reply: Completion): void {
    if (reply.served !== undefined) served.add(reply.served);
    // What the response cache answered cost neither time nor money in this run.
    if (reply.cached === true) return;
    model.add(reply.usage, reply.cost);
    // Other harnesses' logs mostly do not say how long a reply took.
    if (reply.ms > 0) latency.add(reply.ms);
  }

  function takeOthers(more: NonNullable<SampleLine["more"]>): void {
    for (const replies of Object.values(more)) {
      for (const reply of replies) if ("text" in reply) takeReply(reply);
    }
  }

  return {
    observe(line) {
      const { seq, completion } = line;
      let flags = place(seq);
      if ((flags & flag.done) !== 0) {
        store.families.forget(seq);
        store.attempts?.answers.set(seq, 0);
        flags = 0;
      }
      flags |= flag.done;
      if (line.error !== undefined) flags |= flag.error;
      if (completion !== undefined) {
        flags |= replyFlags(completion);
        takeReply(completion);
      }
      if (line.more !== undefined) takeOthers(line.more);
      cached.addReply(line);
      if (line.scores !== undefined) flags |= takeScores(seq, line.scores);
      store.flags.set(seq, flags);
      store.samples?.set(seq, line.index + 1);
      takeAnswer(seq, line.scores, line);
      if (line.leak !== undefined) leaks ??= pages((size) => new Uint8Array(size), 0);
      leaks?.set(seq, line.leak === undefined ? 0 : 1);
      store.labels?.observe(line);
      store.groups?.observe(line);
      for (const slice of slices) slice.observe(line);
    },
    observeScores({ seq, scores }) {
      store.labels?.observeScores(seq, scores);
      takeAnswer(seq, scores);
      store.flags.set(seq, place(seq) | takeScores(seq, scores));
    },
    running() {
      const primary = store.families.primary();
      if (primary === undefined || primary.n === 0) return { n: 0, accuracy: null };
      return { n: primary.n, accuracy: primary.name === "accuracy" ? primary.sum / primary.n : null };
    },
    counts: () => countRun(store),
    metrics: () => measureRun(store),
    slices() {
      if (slices.length === 0) return [];
      const seqs = doneSeqs(store);
      return slices.map((slice) => sliceTable(slice, seqs, (part) => scoreMetric(store, store.families.primary(), part)));
    },
    leakScores() {
      if (leaks === undefined) return undefined;
      const [seqs, leaked, primary] = [doneSeqs(store), leaks, store.families.primary()];
      return {
        clean: scoreMetric(
          store,
          primary,
          seqs.filter((seq) => leaked.get(seq) === 0),
        ),
        leaked: scoreMetric(
          store,
          primary,
          seqs.filter((seq) => leaked.get(seq) === 1),
        ),
      };
    },
    usage: () => ({ model: model.usage(), judge: judge.usage() }),
    cost() {
      const [ofModel, ofJudge] = [model.cost(), judge.cost()];
      return { ...(ofModel !== undefined && { model: ofModel }), ...(ofJudge !== undefined && { judge: ofJudge }) };
    },
    cached: () => cached.read(),
    served: () => served.read(),
    latency: () => latency.read(),
  };
}
