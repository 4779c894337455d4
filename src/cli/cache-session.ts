import { type CacheMode, responseCache } from "../completion-fns/index.ts";
import type { CompletionFn } from "../core/completion.ts";
import { plannedQuestions, type QuestionsOfRun } from "../engine/index.ts";

/** What of a run is in the cache. */
export interface CachedPart {
  readonly mode: CacheMode;
  /** (sample, attempt) pairs all of whose replies are there. */
  readonly there: number;
  /** How long ago the newest of them was given, ms; undefined = none is there. */
  readonly newestMs: number | undefined;
}

/** The cache of one command, of all its models and judges. */
export interface CacheSession {
  readonly mode: CacheMode;
  /**
   * The same model, asked only for what is not there.
   *
   * @param answered all that it will be asked is there
   */
  through(fn: CompletionFn, answered?: boolean): Promise<CompletionFn>;
  /** Reads every sample; undefined for a model whose replies are not kept. */
  partOf(fn: Pick<CompletionFn, "identity">, run: QuestionsOfRun): Promise<CachedPart | undefined>;
  close(): void;
}

export interface SessionOptions {
  readonly mode: CacheMode;
  readonly file: string;
  /** false: it is looked into and not made, as in a dry run. */
  readonly writes: boolean;
  readonly redactLine: (text: string) => string;
  /** Told in one sentence what a person should know and need not do anything about. */
  readonly onNote: (text: string) => void;
  readonly now?: () => number;
}

/** @throws FinegaugeError `cache.unusable` */
export async function openCacheSession(options: SessionOptions): Promise<CacheSession> {
  const { mode, file, writes, redactLine, onNote, now = Date.now } = options;
  const { cachedFn, openLookup, openReplyStore } = await responseCache();
  const store = await openReplyStore({
    file,
    create: writes && mode !== "only",
    onProblem: (problem) => onNote(`cache: ${problem} (${file})`),
  });
  const told = new Set<string>();
  return {
    mode,
    through: (fn, answered) =>
      cachedFn(fn, {
        store,
        mode,
        answered,
        now,
        redactLine,
        onNotKept(why) {
          if (!told.has(fn.name)) onNote(`cache: replies of ${fn.name} are not kept: ${why}`);
          told.add(fn.name);
        },
      }),
    async partOf(fn, run) {
      if (mode === "refresh") return { mode, there: 0, newestMs: undefined };
      const lookup = await openLookup(fn, store);
      if (lookup === undefined) return undefined;
      let there = 0;
      let newest: number | undefined;
      for (const questions of plannedQuestions(run)) {
        const times = questions.map((question) =>
          lookup.stored(
            "request" in question
              ? lookup.keys.complete(question.request, question.by)
              : lookup.keys.continuations(question.continuations, question.by),
          ),
        );
        if (times.includes(undefined)) continue;
        there++;
        newest = Math.max(newest ?? 0, ...(times as number[]));
      }
      return { mode, there, newestMs: newest === undefined ? undefined : now() - newest };
    },
    close: () => store.close(),
  };
}
