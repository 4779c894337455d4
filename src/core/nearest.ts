/** Up to `limit` known names that a typing error could have turned into `name`, nearest first. */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const found: { candidate: string; far: number }[] = [];
  for (const candidate of known) {
    const lower = candidate.toLowerCase();
    const begins = lower.startsWith(wanted) || wanted.startsWith(lower);
    const far = lower === wanted ? 0 : begins ? 1 : distance(wanted, lower);
    if (far <= Math.max(2, Math.ceil(wanted.length / 3))) found.push({ candidate, far });
  }
  found.sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  return found.slice(0, limit).map(({ candidate }) => candidate);
}

/** Edits between two texts, where swapping two neighbours is one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
