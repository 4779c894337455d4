/** Something that one side says in training data. */
export interface RowTurn {
  readonly text: string;
  /** What a model learns to say; else what it is shown. */
  readonly answer: boolean;
}

/** A row of training data, as far as it can be compared with samples. */
export interface TrainingRow {
  /** Counts from 1, rows only. */
  readonly row: number;
  /** Of its file, from 1; absent where the rows come from no file. */
  readonly line?: number | undefined;
  /** System prompts; empty = none. */
  readonly system: string;
  /** In the order in which it was said. A text without question and answer is one turn. */
  readonly turns: readonly RowTurn[];
}
