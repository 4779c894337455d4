import type { EvalTexts } from "./eval-texts.ts";
import { eachGram, gramWords } from "./grams.ts";
import { type Hashes, hashes, push } from "./hashes.ts";
import { rareness } from "./rareness.ts";
import { templateFrom } from "./template.ts";
import { templateGrams } from "./template-grams.ts";
import { addWords } from "./words.ts";

/** A unit of which more than half of the words stand in runs of eight that a training row has too. */
interface Covered {
  readonly unit: number;
  /** Share of its words; those of templates are not counted. */
  readonly share: number;
}

export interface GramIndex {
  /** Units that the text with these words covers. */
  covered(words: Hashes): Covered[];
  /** The longest run of words that each unit had in common with one training row so far; template words and runs below 8 are none. */
  readonly longest: Uint32Array;
  /** Whether a unit has eight words that are its own. */
  isLongEnough(unit: number): boolean;
}

/** A share of its words, and of what they weigh, above which a unit counts as covered. */
const enough = 0.5;

/**
 * The runs of eight words of all units, and where they stand: about 50 bytes for each word. Words in the runs of a template belong to nobody.
 *
 * @see Lambert et al. 2024 (Tülu 3), section 3.2: a word is covered by a run of eight that holds it; a text, by one document for more than
 *   half of its words. Ours weighs words too, so that what is left of a form does not make up that half.
 */
export function gramIndex({ units }: EvalTexts): GramIndex {
  const words = hashes();
  const starts = new Uint32Array(units.length + 1);
  const rare = rareness(units.length);
  for (const [at, { text }] of units.entries()) {
    addWords(text, words);
    starts[at + 1] = words.length;
    rare.add(new Set(words.values.subarray(starts[at], words.length)));
  }
  const isTemplate = templateGrams(words, starts, templateFrom(units.filter(({ part }) => part !== "answer").length));
  const { unitOf, own, weights } = wordFacts();
  const sumOf = (sums: Uint32Array | Float64Array, from: number, to: number) => (sums[to] as number) - (sums[from] as number);
  const endOf = (unit: number) => starts[unit + 1] as number;
  const ownOf = (unit: number) => sumOf(own, starts[unit] as number, endOf(unit));

  /** Of each word its unit; and sums over the words before it that belong to no template. */
  function wordFacts() {
    const facts = {
      unitOf: new Uint32Array(words.length),
      own: new Uint32Array(words.length + 1),
      weights: new Float64Array(words.length + 1),
    };
    for (let unit = 0; unit < units.length; unit++) facts.unitOf.fill(unit, starts[unit], starts[unit + 1]);
    let sharedUpTo = 0;
    for (let at = 0; at < words.length; at++) {
      if (isTemplate[at] === 1) sharedUpTo = at + gramWords;
      const mine = at < sharedUpTo ? 0 : 1;
      facts.own[at + 1] = (facts.own[at] as number) + mine;
      facts.weights[at + 1] = (facts.weights[at] as number) + mine * rare.weight(words.values[at] as number);
    }
    return facts;
  }

  let capacity = 1024;
  while (capacity < words.length * 2) capacity *= 2;
  const firsts = new Int32Array(capacity);
  const seconds = new Int32Array(capacity);
  /** The last place at which a run stands + 1; 0 = free. */
  const heads = new Uint32Array(capacity);
  /** Of a place: the place before it at which the same run stands + 1. */
  const before = new Uint32Array(words.length);
  const slotOf = (first: number, second: number) => {
    let slot = first & (capacity - 1);
    while (heads[slot] !== 0 && (firsts[slot] !== first || seconds[slot] !== second)) slot = (slot + 1) & (capacity - 1);
    return slot;
  };
  for (let unit = 0; unit < units.length; unit++) {
    eachGram(words, starts[unit] as number, endOf(unit), (first, second, at) => {
      if (isTemplate[at] === 1) return;
      const slot = slotOf(first, second);
      firsts[slot] = first;
      seconds[slot] = second;
      before[at] = heads[slot] as number;
      heads[slot] = at + 1;
    });
  }

  const longest = new Uint32Array(units.length);
  const hits = hashes();
  let last: { readonly at: number; readonly places: readonly number[]; readonly runs: readonly number[] };
  const none = { at: -2, places: [], runs: [] };

  const look = (first: number, second: number, at: number) => {
    const slot = slotOf(first, second);
    if (heads[slot] === 0) return;
    const places: number[] = [];
    const runs: number[] = [];
    for (let next = heads[slot] as number; next !== 0; next = before[next - 1] as number) {
      const place = next - 1;
      const went = last.at === at - 1 ? last.places.indexOf(place - 1) : -1;
      const run = went < 0 ? gramWords : (last.runs[went] as number) + 1;
      const unit = unitOf[place] as number;
      if (run > (longest[unit] as number)) longest[unit] = run;
      places.push(place);
      runs.push(run);
      push(hits, place);
    }
    last = { at, places, runs };
  };

  /** The unit that the first of these places is in, and how much of it they cover. */
  const coveredFrom = (places: Int32Array, first: number) => {
    const unit = unitOf[places[first] as number] as number;
    let at = first;
    let covered = 0;
    let weight = 0;
    for (let upTo = 0; at < places.length && (places[at] as number) < endOf(unit); at++) {
      const from = Math.max(upTo, places[at] as number);
      upTo = (places[at] as number) + gramWords;
      covered += sumOf(own, from, upTo);
      weight += sumOf(weights, from, upTo);
    }
    const all = ownOf(unit);
    const allWeight = sumOf(weights, starts[unit] as number, endOf(unit));
    const isMost = all >= gramWords && covered > all * enough && weight > allWeight * enough;
    return { next: at, found: isMost ? { unit, share: covered / all } : undefined };
  };

  return {
    longest,
    isLongEnough: (unit) => ownOf(unit) >= gramWords,
    covered(row) {
      hits.length = 0;
      last = none;
      eachGram(row, 0, row.length, look);
      if (hits.length === 0) return [];
      const all: Covered[] = [];
      const places = hits.values.subarray(0, hits.length).sort();
      for (let at = 0; at < places.length; ) {
        const { next, found } = coveredFrom(places, at);
        if (found !== undefined) all.push(found);
        at = next;
      }
      return all;
    },
  };
}
