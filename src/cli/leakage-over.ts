import type { SideLine, SideSource } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { type LeakKind, leakKinds } from "../core/leakage.ts";
import { kindsByItem, type LeakFile, readLeakFile } from "./leakage-file.ts";

/** Adds what somebody found elsewhere to what a run knows itself. */
export type LeakCover = (source: SideSource) => Promise<SideSource>;

interface Opened extends Pick<LeakFile, "head"> {
  readonly file: string;
  readonly kinds: ReadonlyMap<string, LeakKind>;
}

/**
 * What leak files say of runs; samples are found by their content. A file goes for a run of the data that it was made of, or one that has
 * samples that are in it: as many samples are no evidence. What a run found itself stays.
 *
 * @param tell told once of each run that a file does not go for, or not wholly
 * @param fits told of each file that goes for a run
 * @throws what `readLeakFile` throws
 */
export function leakCover(
  files: readonly string[] | undefined,
  tell: (text: string) => void,
  fits: (file: string) => void = () => {},
): LeakCover | undefined {
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
    const used = opened.filter(({ head, file, kinds }, at) => {
      const found = counts.of[at] ?? 0;
      const isOfIt = head.eval_hash === run.data.hash;
      if (found === 0 && !isOfIt) {
        tellOnce(`${file} says nothing of ${run.eval}: ${whyNot(head)}`);
        return false;
      }
      fits(file);
      if (!isOfIt && (found < kinds.size || head.samples !== run.data.samples)) {
        const many = `${run.data.samples}, ${file} was made of ${head.samples}`;
        tellOnce(`${run.eval} has other samples than ${file} (${many}): those that it does not know count as clean`);
      }
      return true;
    });
    return used.length === 0 ? source : covered(source, used, counts.added(used));
  };
}

/**
 * For a gate, which must not pass on a file that is about something else.
 *
 * @param unfit leak files that go for no run
 * @throws FinegaugeError `cli.usage`
 */
export function refuseUnfit(unfit: Iterable<string>): void {
  const [file] = unfit;
  if (file === undefined) return;
  throw new FinegaugeError("cli.usage", `--leaks ${file} says nothing of any run here: ${whyNot(readLeakFile(file).head)}`, {
    where: { file },
    hint: "finegauge data leaks TRAIN EVAL --write, with the eval by its name, or leave --leaks out",
  });
}

function whyNot({ samples, leaked }: LeakFile["head"]): string {
  const of = `it was made of ${samples} samples`;
  return leaked === 0 ? `${of} of other data, and found none` : `${of}, and none that it found is among them`;
}

function covered(source: SideSource, used: readonly Opened[], added: number): SideSource {
  const leakOf = (item: string) => surest([source.leakOf?.(item), ...used.map(({ kinds }) => kinds.get(item))]);
  const known = source.run.leakage;
  const looked = [...(known === undefined ? [] : [known]), ...used.map(({ head }) => head)];
  const distinct = looked.filter((one, at) => looked.findIndex(({ train_hash }) => train_hash === one.train_hash) === at);
  const leakage = {
    train: [...new Set(looked.map(({ train }) => train))].join(", "),
    train_hash: distinct.map((one) => one.train_hash).join("+"),
    train_rows: distinct.reduce((sum, one) => sum + one.train_rows, 0),
    leaked: (known?.leaked ?? 0) + added,
  };
  return {
    ...source,
    run: { ...source.run, leakage },
    leakOf,
    async *samples(only) {
      for await (const { leak: own, ...line } of source.samples(only)) {
        const leak = surest([own, leakOf(line.hashes.item)]);
        yield leak === undefined ? line : ({ ...line, leak } satisfies SideLine);
      }
    },
  };
}

function surest(kinds: readonly (LeakKind | undefined)[]): LeakKind | undefined {
  return leakKinds.find((kind) => kinds.includes(kind));
}

interface Found {
  /** Leaked contents of each file that are the run's. */
  readonly of: readonly number[];
  /** Samples of the run that these files know of, and it does not. */
  added(used: readonly Opened[]): number;
}

/** Reads the run once more. */
async function countFound(source: SideSource, opened: readonly Opened[]): Promise<Found> {
  const found = opened.map(() => new Set<string>());
  const unknown = opened.map(() => new Set<number>());
  for await (const { index, hashes, leak } of source.samples()) {
    for (const [at, { kinds }] of opened.entries()) {
      if (!kinds.has(hashes.item)) continue;
      found[at]?.add(hashes.item);
      if (leak === undefined) unknown[at]?.add(index);
    }
  }
  return {
    of: found.map(({ size }) => size),
    added: (used) => new Set(used.flatMap((one) => [...(unknown[opened.indexOf(one)] ?? [])])).size,
  };
}
