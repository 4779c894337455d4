import type { PageRow } from "../page-data.ts";

/** That a sample is in the training data: whoever answers it right may know it by heart. */
export function LeakMark({ row }: { row: PageRow }) {
  if (row.leak === undefined) return null;
  return (
    <small class="leak" title="how it was found in the training data">
      in training data: {row.leak}
    </small>
  );
}
