import type { Bag } from "../core/json.ts";
import type { SampleRow } from "../core/sample.ts";
import { toSample } from "../core/sample.ts";
import { findLeaks } from "./leaks/find-leaks.ts";
import { recogniseRow } from "./leaks/recognise-row.ts";

/**
 * Which samples a run would find in the training data: the same search, over the rows as they will be written.
 *
 * @returns places in `samples`, rising
 */
export async function similarSamples(samples: readonly SampleRow[], training: readonly SampleRow[]): Promise<number[]> {
  const train = training.flatMap((row, at) => {
    const said = recogniseRow(row as Bag);
    return said === undefined ? [] : [{ row: at + 1, ...said }];
  });
  // Ids are given by place, so that a place is found again.
  const asked = samples.map(({ id: _, ...row }, at) => toSample({ ...row, id: String(at) }, at, ""));
  const { leaks } = await findLeaks({ train, samples: asked });
  return leaks.map(({ id }) => Number(id));
}
