import { z } from "zod";
import { completionSchema, usageSchema } from "../../core/completion.ts";
import { seededRandom, seedFrom } from "../../core/random.ts";
import {
  type ChatBuilderConfig,
  type ConversationRules,
  type JudgedConversation,
  judgeConversation,
} from "../../finetune-data/index.ts";
import { shuffled } from "../label-run.ts";

/** One reply about a word; `round` counts the conversations about it, from 0. */
export const tryLineSchema = z.object({
  type: z.literal("try"),
  word: z.string(),
  round: z.int(),
  try: z.int(),
  reply: z.string(),
  finish: completionSchema.shape.finish,
  usage: usageSchema.optional(),
  cost: z.number().optional(),
});
export type TryLine = z.infer<typeof tryLineSchema>;

/** A conversation that is to be written. */
export interface WordJob {
  readonly word: string;
  readonly round: number;
}

/** Why a reply was thrown away. */
interface Reject extends WordJob {
  /** From 1. */
  readonly try: number;
  readonly reason: string;
  readonly line?: string | undefined;
  readonly reply: string;
}

/** Conversations about words, as far as they are written. */
export interface WordConversations {
  saw(line: TryLine): void;
  /** Its lines, once a reply was taken. */
  lines(job: WordJob): readonly string[] | undefined;
  tries(job: WordJob): number;
  /** In the order of the jobs. */
  rejects(jobs: readonly WordJob[]): Reject[];
  refused(job: WordJob, reason: string): void;
}

export interface JobChoices {
  readonly count: number;
  readonly seed: number;
  readonly order: "shuffled" | "listed";
}

/** As many conversations as are wanted: each word in its turn, over and over. */
export function wordJobs(words: readonly string[], { count, seed, order }: JobChoices): WordJob[] {
  const turns = order === "listed" ? words : shuffled(words, seededRandom(seedFrom(`words:${seed}`)));
  return Array.from({ length: count }, (_, at) => ({
    word: turns[at % turns.length] as string,
    round: Math.floor(at / turns.length),
  }));
}

export function openWordConversations(config: ChatBuilderConfig, rules: ConversationRules): WordConversations {
  const jobs = new Map<string, { tries: number; lines?: readonly string[]; rejects: Reject[] }>();
  const stateOf = ({ word, round }: WordJob) => {
    const key = `${round} ${word}`;
    const state = jobs.get(key) ?? { tries: 0, rejects: [] };
    jobs.set(key, state);
    return state;
  };
  return {
    saw({ word, round, try: number, reply, finish }) {
      const state = stateOf({ word, round });
      state.tries = Math.max(state.tries, number + 1);
      if (state.lines !== undefined) return;
      const written = { prompt: config.promptFor(word), reply, word, isCut: finish === "length" };
      const judged: JudgedConversation =
        finish === "content_filter" ? { reason: "the provider filtered it" } : judgeConversation(written, rules);
      if ("lines" in judged) state.lines = judged.lines;
      else state.rejects.push({ word, round, try: number + 1, ...judged, reply });
    },
    lines: (job) => stateOf(job).lines,
    tries: (job) => stateOf(job).tries,
    rejects: (all) => all.flatMap((job) => stateOf(job).rejects),
    refused({ word, round }, line) {
      const state = stateOf({ word, round });
      state.rejects.push({ word, round, try: state.tries + 1, reason: "the provider refuses it", line, reply: "" });
    },
  };
}
