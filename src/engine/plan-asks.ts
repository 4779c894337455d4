import { canonicalJson } from "../core/json.ts";
import type { Sample } from "../core/sample.ts";
import type { Ask, Replies, Reply, Scorer } from "../core/score.ts";

/** The questions of one sample, each once, and where each scorer finds its answers. */
export interface AskPlan {
  readonly asks: readonly Ask[];
  /** For each scorer: its outputs, as indexes into `asks`. */
  readonly views: readonly { readonly [output: string]: number }[];
}

/** What a scorer asks that says nothing else: one reply to the sample's input. */
function defaultAsk(sample: Sample): Ask {
  return { output: "completion", n: 1, request: { prompt: sample.input ?? "" } };
}

/** Collects what the scorers of a run ask about a sample; equal questions become one. */
export function askPlanner(scorers: readonly Scorer[]): (sample: Sample) => AskPlan {
  if (scorers.some((scorer) => scorer.asks !== undefined)) return (sample) => planAsks(scorers, sample);
  const views = scorers.map(() => ({ completion: 0 }));
  return (sample) => ({ asks: [defaultAsk(sample)], views });
}

function planAsks(scorers: readonly Scorer[], sample: Sample): AskPlan {
  const asks: Ask[] = [];
  const byContent = new Map<string, number>();
  const views = scorers.map((scorer) => {
    const view: { [output: string]: number } = {};
    for (const ask of scorer.asks?.(sample) ?? [defaultAsk(sample)]) {
      const { output, ...content } = ask;
      const key = canonicalJson(content);
      let at = byContent.get(key);
      if (at === undefined) {
        at = asks.push(ask) - 1;
        byContent.set(key, at);
      }
      view[output] = at;
    }
    return view;
  });
  return { asks, views };
}

/** The answers as one scorer named them. */
export function repliesFor(view: { readonly [output: string]: number }, replies: readonly Reply[]): Replies {
  const named: { [output: string]: Reply } = {};
  for (const output in view) named[output] = replies[view[output] as number] as Reply;
  return named;
}
