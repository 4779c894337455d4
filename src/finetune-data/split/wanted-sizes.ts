import { FinegaugeError } from "../../core/errors.ts";

/** A part of a file that is held back, and the share of rows that is wanted in it. */
export interface WantedPart {
  readonly name: string;
  readonly share: number;
}

/**
 * Rows that each part is to have, `train` first, which has what the others leave.
 *
 * @throws FinegaugeError `data.invalid` for fewer rows than parts
 */
export function wantedSizes(rows: number, held: readonly WantedPart[], file: string): number[] {
  if (rows <= held.length) {
    throw new FinegaugeError(
      "data.invalid",
      `${rows === 1 ? "one row" : `${rows} rows`} cannot be split into ${held.length + 1} parts`,
      {
        where: { file },
      },
    );
  }
  const sizes = held.map(({ share }) => Math.max(1, Math.round(share * rows)));
  // Rounding up may leave nothing to train on.
  while (sizes.reduce((sum, n) => sum + n, 0) >= rows) sizes[sizes.indexOf(Math.max(...sizes))] = Math.max(...sizes) - 1;
  return [rows - sizes.reduce((sum, n) => sum + n, 0), ...sizes];
}
