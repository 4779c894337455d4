import { change, changeRange, changeSize, duration, figure, type Scale, whole } from "../../core/figures.ts";
import type { PageComparison, PageData } from "../page-data.ts";
import { CardNotes } from "./card-notes.tsx";
import { findingNames, findingTones, VerdictSign } from "./finding.tsx";
import { GateCard } from "./gate-card.tsx";
import { deltaScale, primaryDelta } from "./lookup.ts";
import { Untrusted } from "./untrusted.tsx";

/** The answer: what the gate decided, and what each comparison found. */
export function Verdicts({ data }: { data: PageData }) {
  const { comparisons, gate } = data;
  if (comparisons.length === 0 && gate === undefined) return null;
  const alone = comparisons.length === 1 && gate === undefined;
  return (
    <section class="verdicts" aria-labelledby="verdict">
      <h2 id="verdict" class="unheard">
        Verdict
      </h2>
      {gate !== undefined && <GateCard gate={gate} evals={data.evals.length} />}
      {comparisons.map((comparison, index) => (
        <VerdictCard key={index} comparison={comparison} large={alone} />
      ))}
    </section>
  );
}

function VerdictCard({ comparison, large }: { comparison: PageComparison; large: boolean }) {
  const { finding, sentence, notes } = comparison;
  const delta = primaryDelta(comparison);
  const scale = deltaScale(comparison);
  return (
    <article class={`card tone-${findingTones[finding]}${large ? " large" : ""}`}>
      <div class="card-word">
        <VerdictSign of={finding} />
        <p>
          <strong>{findingNames[finding]}</strong>
          {delta?.value != null && <span class="card-delta">{change(delta.value, scale)}</span>}
        </p>
      </div>
      <div class="card-body">
        <p class="sentence">
          <Untrusted text={sentence} />
        </p>
        <dl class="card-facts">
          {factsOf(comparison, scale).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <CardNotes notes={notes} />
      </div>
    </article>
  );
}

function factsOf(comparison: PageComparison, scale: Scale): readonly (readonly [string, string])[] {
  const { margin, pairing, baseline, candidate } = comparison;
  const delta = primaryDelta(comparison);
  const groups = delta?.groups == null ? "" : ` in ${whole(delta.groups)} groups`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["pairs", `${whole(delta?.n ?? pairing.paired)}${groups}`],
    ["95 % interval", delta?.interval ? changeRange(delta.interval, scale) : undefined],
    ["margin", margin === null ? "none declared" : unsigned(margin, scale)],
    ["smallest visible change", delta?.mde == null ? undefined : unsigned(delta.mde, scale)],
    ["cost", beforeAfter(baseline.cost.model, candidate.cost.model, (cost) => figure(cost, "usd"))],
    ["time", beforeAfter(baseline.wall_ms, candidate.wall_ms, duration)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function unsigned(value: number, scale: Scale): string {
  return changeSize(value, scale);
}

/** `$0.02 → $0.03`; undefined where neither side knows. */
function beforeAfter(
  before: number | null | undefined,
  after: number | null | undefined,
  text: (value: number) => string,
): string | undefined {
  if (before == null && after == null) return undefined;
  return `${before == null ? "unknown" : text(before)} → ${after == null ? "unknown" : text(after)}`;
}
