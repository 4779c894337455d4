import type { RefObject } from "preact";
import { useMemo } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { everything, type Filter, filterRows, labelsOf } from "./filter.ts";
import { flagNames, outcomeNames } from "./outcome.tsx";
import { shorten } from "./shorten.ts";

interface Props {
  data: PageData;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  search: RefObject<HTMLInputElement | null>;
}

const filterNames = { ...outcomeNames, error: "errors" };
const outcomes = [null, "failed", "passed", "scored", "error", "unscored", "different"] as const;

export function SampleFilters({ data, filter, setFilter, search }: Props) {
  const set = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  const labels = useMemo(() => labelsOf(data.rows), [data]);
  const leaks = useMemo(() => data.rows.some(({ leak }) => leak !== undefined), [data]);
  return (
    <search class="filters" aria-label="Filter the samples">
      <OutcomeFilter data={data} filter={filter} set={set} />
      <div class="filter-fields">
        <input
          ref={search}
          type="search"
          placeholder="Search ( / )"
          aria-label="Search in questions and replies"
          value={filter.query}
          onInput={(event) => set({ query: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        {data.evals.length > 1 && (
          <Choice
            name="Eval"
            all="all evals"
            options={data.evals.map((one, index) => [String(index), one.name])}
            value={filter.eval === null ? "" : String(filter.eval)}
            onPick={(value) => set({ eval: value === "" ? null : Number(value) })}
          />
        )}
        {data.columns.length > 1 && (
          <Choice
            name="Model"
            all="any model"
            options={data.columns.map((one, index) => [String(index), one])}
            value={filter.column === null ? "" : String(filter.column)}
            onPick={(value) => set({ column: value === "" ? null : Number(value) })}
          />
        )}
        {labels.length > 0 && (
          <Choice
            name="Label"
            all="any label"
            options={labels.map((one) => [one, one])}
            value={filter.label ?? ""}
            onPick={(value) => set({ label: value === "" ? null : value })}
          />
        )}
        {leaks && (
          <Choice
            name="Training data"
            all="clean or leaked"
            options={[
              ["clean", "clean"],
              ["leaked", "in training data"],
            ]}
            value={filter.leaked === null ? "" : filter.leaked ? "leaked" : "clean"}
            onPick={(value) => set({ leaked: value === "" ? null : value === "leaked" })}
          />
        )}
      </div>
      <Chips data={data} filter={filter} set={set} clear={() => setFilter(everything)} />
    </search>
  );
}

/** How many there are of each, under the other filters. */
function OutcomeFilter({ data, filter, set }: { data: PageData; filter: Filter; set: (part: Partial<Filter>) => void }) {
  const counts = useMemo(
    () => outcomes.map((outcome) => ({ outcome, n: filterRows(data, { ...filter, outcome }).length })),
    [data, filter],
  );
  const present = useMemo(() => new Set(data.rows.flatMap((row) => row.cells.map((cell) => cell.outcome))), [data]);
  return (
    <fieldset class="outcomes" aria-label="Outcome">
      {counts.map(({ outcome, n }) => {
        if (outcome === "different" ? data.columns.length < 2 : outcome !== null && !present.has(outcome)) return null;
        const name = outcome === null ? "all" : outcome === "different" ? "different" : filterNames[outcome];
        return (
          <button key={name} type="button" aria-pressed={filter.outcome === outcome} onClick={() => set({ outcome })}>
            {name} <span>{whole(n)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  all: string;
  options: readonly (readonly [value: string, text: string])[];
  value: string;
  onPick: (value: string) => void;
}

function Choice({ name, all, options, value, onPick }: ChoiceProps) {
  return (
    <select aria-label={name} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
      <option value="">{all}</option>
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {shorten(text, 60)}
        </option>
      ))}
    </select>
  );
}

/** The filters that were set by clicking on a number, each with a way to drop it. */
function Chips({
  data,
  filter,
  set,
  clear,
}: {
  data: PageData;
  filter: Filter;
  set: (part: Partial<Filter>) => void;
  clear: () => void;
}) {
  const column = (run: number) => data.columns[data.runs[run]?.column ?? -1] ?? "";
  const { change, slice, flag, ideal } = filter;
  const chips: (readonly [string, Partial<Filter>])[] = [];
  if (change) {
    const [before, after] = [column(change.baseline), column(change.candidate)];
    const text = {
      only_candidate: `only ${after} right, not ${before}`,
      only_baseline: `only ${before} right, not ${after}`,
      both: `${before} and ${after} right`,
      neither: `${before} and ${after} wrong`,
    }[change.kind];
    const attempts = change.stable == null ? "" : change.stable ? ", in every attempt" : ", in most attempts";
    chips.push([text + attempts, { change: null }]);
  }
  if (slice) chips.push([`${slice.path}: ${slice.value}`, { slice: null }]);
  if (flag) chips.push([flagNames[flag], { flag: null }]);
  if (ideal !== null) chips.push([`right: ${ideal}`, { ideal: null }]);
  if (JSON.stringify(filter) === JSON.stringify(everything)) return null;
  return (
    <p class="chips">
      {chips.map(([text, without]) => (
        <button key={text} type="button" class="chip" onClick={() => set(without)}>
          {shorten(text, 120)}
          <span class="unheard">, drop this filter</span>
          <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
            <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" />
          </svg>
        </button>
      ))}
      <button type="button" class="link" onClick={clear}>
        Clear filters
      </button>
    </p>
  );
}
