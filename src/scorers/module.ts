import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { onlyCompletion, type Score, type Scorer } from "../core/score.ts";
import { resolvePackage } from "../io/resolve-package.ts";
import { elsewhere } from "./elsewhere.ts";
import { givenScoresSchema, scoresOf } from "./given-scores.ts";
import { loadScorer, type ScorerPlugin } from "./load-scorer.ts";

const argsSchema = z
  .strictObject({
    /** A `.ts` or `.js` file. */
    file: z.string().min(1).optional(),
    /** A package that is installed beside the registry. */
    package: z.string().min(1).optional(),
    /** Given to its createScorer. */
    args: z.record(z.string(), z.json()).optional(),
    /** A number from here on is right. */
    pass_at: z.number().optional(),
  })
  .refine((args) => (args.file === undefined) !== (args.package === undefined), "either `file` or `package` is wanted");

/** A scorer of the user's own, in this process. */
export const moduleKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: (sample) => (sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined),
  async open(args, { resolvePath, root, placeOf }) {
    const where = placeOf([args.package === undefined ? "file" : "package"]);
    const path = args.package === undefined ? resolvePath(args.file ?? "") : await resolvePackage(args.package, root);
    if (path === undefined) {
      throw new FinegaugeError("plugin.invalid", `the package ${args.package} is not installed`, {
        where,
        hint: `npm install ${args.package}`,
      });
    }
    const plugin = await loadScorer(path, args.args, { module: where, args: placeOf(["args"]) });
    // What a module computes may change while its name does not.
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    const { file = args.package ?? "" } = args;
    const name = isAbsolute(file) ? basename(file) : file;
    const kept = args.file === undefined ? args : { ...args, file: name };
    return {
      args: kept,
      create: (setup) => {
        const hash = hashJson({ kind: "module", args: { ...kept, file: basename(file) }, sha256 });
        return { name: setup.name, hash, needs: {}, ...scoring(name, plugin, args.pass_at) };
      },
    };
  },
  create: (_, { name }) => elsewhere(name),
});

/** @param file that it comes from, for messages */
export function scoring(file: string, plugin: ScorerPlugin, passAt: number | undefined): Pick<Scorer, "score" | "late"> {
  /** What a failure leaves without a value: what the last reply got. */
  let primary = "accuracy";

  function kept(given: unknown): Score[] {
    const parsed = givenScoresSchema.safeParse(given);
    if (!parsed.success) return [failed(`gave no score: ${shown(given)}`)];
    const scores = scoresOf(parsed.data, passAt);
    primary = scores[0]?.name ?? primary;
    return scores;
  }

  function failed(what: string): Score {
    return { name: primary, value: null, unscored: { code: "score.failed", message: `${file} ${what}` } };
  }

  const ask: Scorer["score"] = (sample, replies, { random, signal }) => {
    const completion = onlyCompletion(replies);
    const { hashes: _, ...content } = sample;
    let given: unknown;
    try {
      given = plugin.score({ reply: completion.text, sample: content, completion, random, signal });
    } catch (error) {
      return [failed(`failed: ${messageOf(error)}`)];
    }
    if (!isPromise(given)) return kept(given);
    if (plugin.late) return given.then(kept, (error: unknown) => [failed(`failed: ${messageOf(error)}`)]);
    // Nobody waits for it, so nobody would catch what it throws.
    given.then(undefined, () => {});
    return [failed("answered with a promise: make it an async function, or give it late: true")];
  };
  return plugin.late ? { late: true, score: ask } : { score: ask };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise || (typeof value === "object" && value !== null && "then" in value);
}

function shown(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return (text ?? "nothing").slice(0, 200);
}
