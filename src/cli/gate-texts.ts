import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import type { GateTexts } from "../compare/index.ts";
import { FinegaugeError, messageOf, type Place } from "../core/errors.ts";
import { type EvalSpec, evalSpecSchema, type GateSpec, gateSpecSchema } from "../core/eval-spec.ts";
import { nearestNames } from "../core/nearest.ts";
import type { RunLine } from "../core/run-line.ts";
import type { Registry } from "../registry/index.ts";

export interface GateTextOptions {
  readonly rule?: readonly string[];
  /** A gate file. */
  readonly gate?: string;
  /** `accuracy=0.02` */
  readonly margin?: readonly string[];
  readonly inconclusive?: GateTexts["inconclusive"];
}

interface Written {
  readonly gate: GateSpec;
  readonly placeOf: (rule: number) => Place | undefined;
  readonly metrics?: EvalSpec["metrics"];
  readonly metricAt?: (name: string) => Place | undefined;
}

/**
 * What a gate asks of the runs of one eval: `--rule` before `--gate`, that before the eval's own. The eval is taken from the registry as
 * it is now, else from the run.
 *
 * @throws FinegaugeError `cli.usage`, `registry.invalid`
 */
export function gateTexts(registry: Registry, options: GateTextOptions): (run: RunLine, primary: string) => Promise<GateTexts> {
  const file = options.gate === undefined ? undefined : readGateFile(options.gate);
  return async (run, primary) => {
    const own = await ofEval(registry, run);
    const { gate, placeOf } = file ?? own;
    const rules = options.rule?.map((text) => ({ text, where: { file: "--rule", line: 1, column: 1 } }));
    return {
      rules: rules ?? (gate.rules ?? []).map((text, at) => ({ text, where: placeOf(at) })),
      margin: { ...gate.margin, ...margins(options.margin ?? [], primary) },
      inconclusive: options.inconclusive ?? gate.inconclusive ?? "fail",
      quarantine: gate.quarantine ?? [],
      cleanOnly: gate.clean_only,
      metrics: own.metrics,
      metricAt: own.metricAt,
    };
  };
}

/** Of what cannot be resolved any more (a moved data file, another tool's eval) the run tells what it was. */
async function ofEval(registry: Registry, run: RunLine): Promise<Written> {
  try {
    const { spec, placeOf } = await registry.eval(run.eval);
    return {
      gate: spec.gate ?? {},
      placeOf: (rule) => placeOf(["gate", "rules", rule]),
      metrics: spec.metrics,
      metricAt: (name) => placeOf(["metrics", name]),
    };
  } catch (error) {
    const gone = ["registry.unknown-name", "registry.not-portable", "data.missing", "data.lfs-pointer"];
    if (!(error instanceof FinegaugeError && gone.includes(error.code))) throw error;
  }
  const spec = evalSpecSchema.safeParse(run.spec).data;
  return { gate: spec?.gate ?? {}, placeOf: () => undefined, metrics: spec?.metrics };
}

/** `0.02` is of the metric that decides. */
function margins(texts: readonly string[], primary: string): { [metric: string]: number } {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = primary, share = ""] = /^(?:(.+?)\s*=)?\s*(.+)$/s.exec(text) ?? [];
      const value = Number(share);
      if (share.trim() === "" || !(value >= 0 && Number.isFinite(value))) {
        throw new FinegaugeError("cli.usage", `--margin ${text} is no margin`, { hint: "--margin accuracy=0.02 is 2 points" });
      }
      return [name, value];
    }),
  );
}

/** @throws FinegaugeError `cli.usage` for a file that is not there, `registry.invalid` for one that is no gate */
function readGateFile(file: string): Written {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new FinegaugeError("cli.usage", `the gate file cannot be read: ${messageOf(error)}`, { where: { file } });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new FinegaugeError("registry.invalid", broken.message, { where: placeAt(broken.pos[0]) });
  const found = gateSpecSchema.safeParse(plain() ?? {});
  const placeOf = (path: readonly PropertyKey[]): Place => {
    // What is missing or misspelt is shown where it would belong.
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] | null } | undefined;
      if (node?.range?.[0] !== undefined) return placeAt(node.range[0]);
    }
    return { file };
  };
  if (found.success) return { gate: found.data, placeOf: (rule) => placeOf(["rules", rule]) };
  const [issue] = found.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])];
  const keys = Object.keys(gateSpecSchema.shape);
  throw new FinegaugeError(
    "registry.invalid",
    unknown === undefined ? `${path.join(".")}: ${issue?.message}` : `a gate has no key "${unknown}"`,
    {
      where: placeOf(path),
      nearest: unknown === undefined ? [] : nearestNames(unknown, keys),
      hint: `keys: ${keys.join(", ")}`,
    },
  );

  /** An alias of nothing, or one that stands for too much, only shows itself when values are made. */
  function plain(): unknown {
    try {
      return document.toJS();
    } catch (error) {
      throw new FinegaugeError("registry.invalid", messageOf(error), { where: { file } });
    }
  }
}
