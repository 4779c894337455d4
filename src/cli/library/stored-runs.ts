import { z } from "zod";
import { findRun, type ListedRun, listRuns as listAll, openStoredRun, type StoredRun } from "../../runs/index.ts";
import { readSettings } from "../settings.ts";
import { checkedOptions, places } from "./checked-options.ts";

const optionsSchema = z.strictObject({ out: places.out });
export type StoredRunOptions = z.input<typeof optionsSchema>;

export async function readRun(reference: string, options: StoredRunOptions = {}): Promise<StoredRun> {
  const { out } = await readSettings(checkedOptions("readRun", optionsSchema, options));
  return openStoredRun((await findRun(reference, out)).file);
}

export async function listRuns(options: StoredRunOptions = {}): Promise<readonly ListedRun[]> {
  const { out } = await readSettings(checkedOptions("listRuns", optionsSchema, options));
  return listAll(out);
}
