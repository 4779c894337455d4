/** Epochs by default, and the examples that training should see at least and at most. */
const usual = 3;
const fewest = 100;
const most = 25_000;
const mostEpochs = 25;

/** How often the API goes through the rows where it is not told, as the cookbook guesses it. */
export function defaultEpochs(rows: number): number {
  if (rows * usual < fewest) return Math.min(mostEpochs, Math.floor(fewest / Math.max(1, rows)));
  if (rows * usual > most) return Math.max(1, Math.floor(most / rows));
  return usual;
}
