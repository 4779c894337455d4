import type { Completion, Likelihood } from "../core/completion.ts";
import type { EndLine, SampleLine } from "../core/run-line.ts";

/** Counts what came from the response cache, and how old the oldest is. */
export interface CachedCounts {
  addReply(line: Pick<SampleLine, "completion" | "more">): void;
  addGrade(completion: Completion): void;
  /** undefined where nothing came from there. */
  read(): EndLine["cached"];
}

export function cachedCounts(): CachedCounts {
  let [replies, grades] = [0, 0];
  let oldest: string | undefined;

  function take({ cached, cached_at: at }: Completion | Likelihood): boolean {
    if (cached !== true) return false;
    if (at !== undefined && (oldest === undefined || at < oldest)) oldest = at;
    return true;
  }

  return {
    addReply({ completion, more }) {
      let any = completion !== undefined && take(completion);
      if (more !== undefined) for (const all of Object.values(more)) for (const reply of all) any = take(reply) || any;
      if (any) replies++;
    },
    addGrade(completion) {
      if (take(completion)) grades++;
    },
    read: () => (replies + grades === 0 ? undefined : { replies, grades, ...(oldest !== undefined && { oldest }) }),
  };
}
