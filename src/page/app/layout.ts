import type { PageData } from "../page-data.ts";

/** More than this many are told apart by their names alone, in one colour. */
export const mostSeries = 6;

const mostModelsAcross = 4;

/**
 * Which way tables and chart lie: what goes down is a row, what goes across has a colour and a shape.
 *
 * Models across are what the eye compares best; many of them only fit down, as does a single eval's ranking.
 */
export function modelsGoDown({ evals, columns }: PageData): boolean {
  return evals.length === 1 || (columns.length > mostModelsAcross && evals.length <= mostSeries);
}
