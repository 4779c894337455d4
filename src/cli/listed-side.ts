import type { SideSource } from "../compare/index.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import { type ListedBaseline, openBaseline, openStoredRun } from "../runs/index.ts";

/** One side of a comparison as a reference names it: found, and not read yet. */
export interface ListedSide {
  /** What the user wrote that named it. */
  readonly reference: string;
  readonly file: string;
  readonly source: "run" | "baseline" | "import";
  /** Name of the baseline. */
  readonly baseline?: string;
  /** Concrete. */
  readonly eval: string;
  /** The eval's name without its version: `tickets.heldout` of `tickets.heldout.v1`. */
  readonly family: string;
  readonly version: string;
  /** Name of the completion function. */
  readonly model: string;
  readonly run: RunLine;
  /** undefined = unfinished. */
  readonly end: EndLine | undefined;
  open(): Promise<SideSource>;
}

export function sideOfRun(reference: string, { file, run, end }: Pick<ListedSide, "file" | "run" | "end">): ListedSide {
  return {
    reference,
    file,
    source: run.derived_from?.by === "import" ? "import" : "run",
    ...namesOf(run),
    run,
    end,
    open: () => openStoredRun(file),
  };
}

export function sideOfBaseline(reference: string, { file, name, run, end }: ListedBaseline): ListedSide {
  return {
    reference,
    file,
    source: "baseline",
    baseline: name,
    ...namesOf(run),
    run,
    end,
    open: async () => openBaseline(file),
  };
}

function namesOf({ eval: name, spec, completion_fn }: RunLine): Pick<ListedSide, "eval" | "family" | "version" | "model"> {
  const { base, split } = spec;
  const said = typeof base === "string" && typeof split === "string" ? `${base}.${split}` : undefined;
  const dot = name.lastIndexOf(".");
  const family = said !== undefined && name.startsWith(`${said}.`) ? said : dot < 0 ? name : name.slice(0, dot);
  return { eval: name, family, version: name.slice(family.length + 1), model: completion_fn };
}

/** How a person tells one side from another: `main (baseline)`, `gpt-4.1-mini, 2026-11-20 10:15`. */
export function describeSide({ baseline, model, run }: ListedSide): string {
  return baseline === undefined ? `${model}, ${run.started.slice(0, 16).replace("T", " ")}` : `${baseline} (baseline)`;
}
