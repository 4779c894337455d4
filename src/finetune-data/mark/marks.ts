import { z } from "zod";

/** What a person says of an example. */
const marks = ["strong", "weak"] as const;
type Mark = (typeof marks)[number];

/** A line of a file of marks; `row` is the hash of the example. */
export const markLineSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("mark"), row: z.string(), mark: z.enum(marks), at: z.string() }),
  z.object({ type: z.literal("undo"), row: z.string(), at: z.string() }),
]);
export type MarkLine = z.infer<typeof markLineSchema>;

/** The marks that hold: of one example the last, unless it was taken back. */
export interface Marks {
  saw(line: MarkLine): void;
  of(row: string): Mark | undefined;
  /** The example that was marked last. */
  last(): string | undefined;
}

export function openMarks(): Marks {
  const byRow = new Map<string, Mark>();
  return {
    saw(line) {
      // A map keeps the order in which keys came: an example that is marked again is the last one.
      byRow.delete(line.row);
      if (line.type === "mark") byRow.set(line.row, line.mark);
    },
    of: (row) => byRow.get(row),
    last: () => [...byRow.keys()].at(-1),
  };
}
