import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";

/** Fails for a file that is not there, naming those beside it. */
export async function checkExists(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined)) !== undefined) return;
  const beside = await readdir(dirname(file)).catch(() => []);
  const nearest = nearestNames(basename(file), beside);
  throw new FinegaugeError("data.missing", `there is no model file ${basename(file)}`, {
    where: { file },
    nearest: nearest.length > 0 ? nearest : beside.filter((name) => name.endsWith(".gguf")).slice(0, 5),
  });
}

/** All the files of a model, of which the first is named: `x-00001-of-00003.gguf`. */
export function modelParts(file: string, count: number): string[] {
  const match = /^(.*-)00001(-of-\d{5}\.gguf)$/.exec(basename(file));
  if (count <= 1 || match === null) return [file];
  return Array.from({ length: count }, (_, i) => join(dirname(file), `${match[1]}${String(i + 1).padStart(5, "0")}${match[2]}`));
}
