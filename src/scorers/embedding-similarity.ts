import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { passAtSchema } from "./graded-text-scorer.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";
import { unscored } from "./unscored.ts";

const argsSchema = z.strictObject({ pass_at: passAtSchema });

/** Cosine of the angle between two vectors, -1 to 1; 0 where one has no length. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [dot, a, b] = [0, 0, 0];
  for (let at = 0; at < one.length; at++) {
    const [x, y] = [one[at] as number, other[at] as number];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  return a === 0 || b === 0 ? 0 : dot / Math.sqrt(a * b);
}

/** How near the reply is to its nearest ideal, as an embedding model sees it. The model stands where a judge would. */
export const embeddingSimilarityKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: (sample) =>
    needsInputAndIdeal(sample) ??
    (sample.ideal.some((ideal) => ideal.trim() === "") ? "its `ideal` is empty, and servers embed no empty text" : undefined),
  create(args, { name, compat }) {
    const { pass_at: passAt } = args;
    const measure = "embedding_similarity";
    const first = passAt === undefined ? measure : "accuracy";
    return {
      name,
      hash: hashJson({ kind: "embedding-similarity", args, compat }),
      needs: { judge: true, embeddings: true },
      late: true,
      async score({ ideal }, replies, { judges, signal }): Promise<Score[]> {
        const { text } = onlyCompletion(replies);
        const judge = judges.find(({ embed }) => embed !== undefined);
        if (judge?.embed === undefined) throw new FinegaugeError("model.capability", "no judge gives embeddings");
        // Servers refuse to embed nothing, and nothing is near to nothing.
        let value = 0;
        if (text.trim() !== "") {
          try {
            const [said, ...wanted] = await judge.embed([text, ...ideal]);
            value = Math.max(...wanted.map((one) => cosine(said as Float32Array, one)));
          } catch (error) {
            if (signal.aborted || !(error instanceof FinegaugeError) || error.code === "run.interrupted") throw error;
            return [unscored(first, new FinegaugeError(error.code, `${judge.name}: ${error.message}`))];
          }
        }
        if (passAt === undefined) return [{ name: measure, value }];
        const passed = value >= passAt;
        return [
          { name: "accuracy", value: passed ? 1 : 0, passed },
          { name: measure, value, passed },
        ];
      },
    };
  },
});
