import type { SideLine, SideSource } from "../compare/index.ts";
import type { LeakKind } from "../core/leakage.ts";
import { kindsByItem, type LeakFile, readLeakFile } from "./leakage-file.ts";

/** Puts what somebody found elsewhere over a run, in place of what it knows itself. */
export type LeakCover = (source: SideSource) => Promise<SideSource>;

interface Opened extends Pick<LeakFile, "head"> {
  readonly file: string;
  readonly kinds: ReadonlyMap<string, LeakKind>;
}

/**
 * What leak files say of runs that looked for nothing themselves; samples are found by their content. A file goes for a run that has as
 * many samples as it was made of, or one that is in it.
 *
 * @param tell told once of each run that a file does not go for, or not wholly
 * @throws what `readLeakFile` throws
 */
export function leakCover(files: readonly string[] | undefined, tell: (text: string) => void): LeakCover | undefined {
  if (files === undefined || files.length === 0) return undefined;
  const opened = files.map((file): Opened => {
    const found = readLeakFile(file);
    return { file, head: found.head, kinds: kindsByItem(found) };
  });
  const told = new Set<string>();
  const tellOnce = (text: string) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
  return async (source) => {
    const { run } = source;
    const counts = await countFound(source, opened);
    const used = opened.filter(({ head, file }, at) => {
      const ofIt = head.eval_hash === run.data.hash || head.samples === run.data.samples;
      if (counts.of[at] === 0 && !ofIt) {
        tellOnce(`${file} says nothing of ${run.eval}: it was made of ${head.samples} samples, none of which is one of its`);
        return false;
      }
      if (!ofIt) {
        const many = `${run.data.samples}, ${file} was made of ${head.samples}`;
        tellOnce(`${run.eval} has other samples than ${file} (${many}): those that it does not know count as clean`);
      }
      return true;
    });
    return used.length === 0 ? source : covered(source, used, counts.leaked);
  };
}

function covered(source: SideSource, used: readonly Opened[], leaked: number): SideSource {
  const leakOf = (item: string) => {
    for (const { kinds } of used) if (kinds.has(item)) return kinds.get(item);
    return undefined;
  };
  const leakage = {
    train: [...new Set(used.map(({ head }) => head.train))].join(", "),
    train_hash: used.map(({ head }) => head.train_hash).join("+"),
    train_rows: used.reduce((sum, { head }) => sum + head.train_rows, 0),
    leaked,
  };
  return {
    ...source,
    run: { ...source.run, leakage },
    leakOf,
    async *samples(only) {
      for await (const { leak: _, ...line } of source.samples(only)) {
        const leak = leakOf(line.hashes.item);
        yield leak === undefined ? line : ({ ...line, leak } satisfies SideLine);
      }
    },
  };
}

/** Samples of the run that are in each file, and in any. Reads the run once more. */
async function countFound(
  source: SideSource,
  opened: readonly Opened[],
): Promise<{ readonly of: readonly number[]; readonly leaked: number }> {
  const found = opened.map(() => new Set<number>());
  for await (const { index, hashes } of source.samples()) {
    for (const [at, { kinds }] of opened.entries()) if (kinds.has(hashes.item)) found[at]?.add(index);
  }
  return { of: found.map(({ size }) => size), leaked: new Set(found.flatMap((indexes) => [...indexes])).size };
}
