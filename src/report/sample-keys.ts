import type { SampleLine } from "../core/run-line.ts";

/** What a line is about, the same in every run that has it. */
export interface LineKeys {
  readonly sample: string;
  /** The sample and its attempt. */
  readonly row: string;
}

/** One of the samples that have a content. */
interface Known {
  readonly sample: string;
  readonly id: string;
  readonly ideal: string;
}

/**
 * Names the samples and rows of several runs: by content, so that runs over edited sample files still meet. The same content twice in a
 * run makes two samples; in the next run each meets the one with its id, else one with its right answer, else the next, as a comparison
 * pairs them.
 *
 * @returns a function for each reading of a run, in the same order at every reading; it takes the run's lines in file order
 */
export function sampleKeys(): () => (line: SampleLine) => LineKeys {
  const byContent = new Map<string, Known[]>();
  return () => {
    /** Samples of this run by content, id, and how often both came in one attempt. */
    const own = new Map<string, string>();
    const taken = new Set<string>();
    return (line) => {
      const { id, attempt, hashes } = line;
      const named = `${hashes.item}:${id}`;
      let key = named;
      for (let again = 1; own.has(`${key}/${attempt}`); again++) key = `${named}:${again}`;
      let sample = own.get(key);
      if (sample === undefined) {
        const known = byContent.get(hashes.item) ?? [];
        const free = known.filter((one) => !taken.has(one.sample));
        const found = free.find((one) => one.id === id) ?? free.find((one) => one.ideal === hashes.ideal) ?? free[0];
        sample = found?.sample ?? (known.length === 0 ? hashes.item : `${hashes.item}:${known.length}`);
        if (found === undefined) byContent.set(hashes.item, [...known, { sample, id, ideal: hashes.ideal }]);
        taken.add(sample);
        own.set(key, sample);
      }
      own.set(`${key}/${attempt}`, sample);
      return { sample, row: `${sample}/${attempt}` };
    };
  };
}
