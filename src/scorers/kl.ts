import { basename } from "node:path";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import { onlyCompletion, type Score, type Scorer } from "../core/score.ts";
import { type Divergence, divergence } from "./divergence.ts";
import { elsewhere } from "./elsewhere.ts";
import { openParentReplies, type ParentReplies } from "./parent-replies.ts";

const argsSchema = z.strictObject({
  /** The file of a run of the same samples by the model to hold this one against. Left out: this is that model. */
  parent: z.string().min(1).optional(),
  /** Alternatives to ask for at each position. */
  top: z.int().positive().default(20),
  max_tokens: z.int().positive().default(16),
});

/**
 * How far a model has moved from another, such as a quantisation from the model that it was made of: KL divergence of the parent's
 * next-token probabilities from its own, and how often both would say the same token first.
 */
export const klKind = scorerKind({
  args: argsSchema,
  sampling: ({ max_tokens }) => ({ temperature: 0, max_tokens }),
  checkSample: (sample) => (sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined),
  async open(args, { resolvePath, placeOf }) {
    if (args.parent === undefined) return {};
    const replies = openParentReplies(resolvePath(args.parent), placeOf(["parent"]));
    const { top, max_tokens } = args;
    return {
      // No path of this machine goes into the run file.
      args: { ...args, parent: basename(args.parent) },
      create: ({ name }) =>
        scorerWith(replies, { name, top, hash: hashJson({ kind: "kl", top, max_tokens, parent: replies.id }) }),
    };
  },
  create: (args, { name }) => (args.parent === undefined ? parentItself(name, args) : elsewhere(name)),
});

/** Keeps the log-probabilities that others are held against. From itself a model is nowhere away. */
function parentItself(name: string, { top, max_tokens }: z.output<typeof argsSchema>): Scorer {
  return {
    name,
    hash: hashJson({ kind: "kl", top, max_tokens }),
    needs: { top_logprobs: top },
    score(_, replies) {
      const reply = onlyCompletion(replies);
      return scoresOf(divergence(reply, reply));
    },
  };
}

function unscored(code: string, message: string): Score[] {
  return [{ name: "kl", value: null, unscored: { code, message } }];
}

function scoresOf(found: Divergence | undefined): Score[] {
  if (found === undefined) return unscored("score.no-logprobs", "a reply, the parent's or this one, has no log-probabilities");
  const { kl, sameTop, positions } = found;
  return [
    { name: "kl", value: kl, details: { positions } },
    { name: "same_top", value: sameTop },
  ];
}

function scorerWith(parent: ParentReplies, { name, hash, top }: { name: string; hash: string; top: number }): Scorer {
  return {
    name,
    hash,
    needs: { top_logprobs: top },
    score(sample, replies) {
      const reply = onlyCompletion(replies);
      const before = parent.find(sample.hashes.item);
      if (before === undefined) return unscored("score.sample-invalid", "the parent's run has no reply to this question");
      const [read, now] = [before.usage?.input, reply.usage?.input];
      if (read !== undefined && now !== undefined && read !== now) {
        const counts = `${read} tokens, this model ${now}`;
        return unscored(
          "score.sample-invalid",
          `the parent was asked something else, or has another vocabulary: it read ${counts}`,
        );
      }
      return scoresOf(divergence(before, reply));
    },
  };
}
