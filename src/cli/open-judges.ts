import type { Capabilities } from "../core/completion.ts";
import { FinegaugeError, type Place } from "../core/errors.ts";
import { makeScorers } from "../core/make-scorers.ts";
import { type OpenJudge, openJudge, type Stop } from "../engine/index.ts";
import type { ResolvedEval } from "../registry/index.ts";
import type { BudgetGate } from "./budget-gate.ts";
import type { CacheSession } from "./cache-session.ts";
import { findModels, isRemote, type ModelReference, type OpeningSetup } from "./open-models.ts";

export interface JudgesSetup extends OpeningSetup {
  /** Names from the command line: over what evals and grading prompts say. */
  readonly named: readonly string[] | undefined;
  /** Asks nobody, so that a judge behind a network needs no key. */
  readonly dryRun: boolean;
  readonly stop: Stop;
  readonly redact: (text: string) => string;
  readonly gate: BudgetGate | undefined;
  readonly cache?: CacheSession | undefined;
}

/** An eval as far as its judges matter; no place for one that no file declares. */
type JudgedEval = Pick<ResolvedEval, "spec" | "kinds"> & { readonly place?: Place | undefined };

/** The judges of a command, each opened once. */
export interface Judges {
  /**
   * Who grades an eval; nobody, when its scorers ask nobody.
   *
   * @throws FinegaugeError `cli.usage` when nobody is named: never does a model grade itself unasked; and what opening a model throws
   */
  of(resolved: JudgedEval): Promise<readonly OpenJudge[]>;
  close(): Promise<void>;
}

export function openJudges(setup: JudgesSetup): Judges {
  const opened = new Map<string, Promise<{ judge: OpenJudge; close?: (() => Promise<void>) | undefined }>>();

  async function open(reference: ModelReference) {
    if (setup.dryRun && isRemote(reference)) return { judge: onPaper(reference) };
    const { stop, redact, gate, cache, concurrency } = setup;
    const fn = await reference.open();
    try {
      const guarded = gate === undefined ? fn : gate.guard(fn, reference);
      const through = cache === undefined ? guarded : await cache.through(guarded);
      const judge = await openJudge({ fn: through, sampling: reference.sampling, concurrency, stop, redact });
      return { judge, close: fn.close?.bind(fn) };
    } catch (error) {
      await fn.close?.();
      throw error;
    }
  }

  return {
    async of({ spec, kinds, place }) {
      if (!makeScorers(spec, kinds).some(({ needs }) => needs.judge === true)) return [];
      const names = setup.named ?? spec.judge ?? [];
      if (names.length === 0) {
        throw new FinegaugeError("cli.usage", `eval "${spec.name}" is graded by a model, and no judge is named`, {
          where: place,
          hint: "--judge NAME, or `judge: NAME` in the eval; finegauge list models shows what there is",
        });
      }
      const judges: OpenJudge[] = [];
      for (const reference of await findModels(names, setup)) {
        const { name } = reference;
        const opening = opened.get(name) ?? open(reference);
        opened.set(name, opening);
        judges.push((await opening).judge);
      }
      return judges;
    },
    async close() {
      for (const opening of opened.values()) {
        // One that could not be opened was told about when it was asked for.
        const open = await opening.catch(() => undefined);
        await open?.close?.();
      }
    },
  };
}

const unknown: Capabilities = {
  chat: "yes",
  text: "yes",
  logprobs: "no",
  top_logprobs_max: 0,
  continuations: "no",
  embeddings: "no",
  tools: "no",
  json_schema: "no",
};

function onPaper({ name, class: fn }: ModelReference): OpenJudge {
  const ask = () => Promise.reject(new Error("a dry run asks nobody"));
  return { name, identity: { fn, model: name }, capabilities: unknown, ask, embed: ask };
}
