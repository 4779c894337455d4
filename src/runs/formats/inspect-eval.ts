import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag } from "../../core/json.ts";
import { inspectLog, knownEpoch, type SampleRef } from "./inspect-log.ts";
import type { LogReader } from "./log-format.ts";
import { parsePythonJson } from "./python-json.ts";
import { type ZipEntries, zipEntries } from "./zip-entries.ts";

/** Where the parts of the header stand: first in logs of today, then in older ones. Without one of the first kind the run did not end. */
const endNames = ["header.json", "results.json"];
const startNames = ["_journal/start.json", "start.json"];

/** Inspect's logs as a ZIP: a header, written last, and an entry for each sample and epoch. */
export const inspectEval: LogReader = {
  async open(file) {
    const zip = await zipEntries(file);
    try {
      const header = await headerOf(zip, file);
      const entries = [...zip.names].filter((name) => sampleName.test(name));
      return await inspectLog({
        file,
        header,
        samples: entries.map(refOf),
        walk: async function* (use) {
          const samples = await zipEntries(file);
          try {
            yield* use(async ({ at }) => bag(await samples.text(entries[at] as string), file));
          } finally {
            samples.close();
          }
        },
      });
    } finally {
      zip.close();
    }
  },
};

const sampleName = /^samples\/(?<id>.*)_epoch_(?<epoch>\d{1,9})\.json$/s;

function refOf(name: string, at: number): SampleRef {
  const { id = name, epoch = "1" } = sampleName.exec(name)?.groups ?? {};
  return { id, epoch: knownEpoch(Number(epoch)), at };
}

async function headerOf(zip: ZipEntries, file: string): Promise<Bag> {
  const end = endNames.find((name) => zip.names.has(name));
  const start = startNames.find((name) => zip.names.has(name));
  if (end === undefined && start === undefined) {
    throw new FinegaugeError(
      "run.corrupt",
      `${file} is a ZIP, but no log of Inspect: it has neither ${endNames[0]} nor ${startNames[0]}`,
      {
        where: { file },
        hint: "name a log, or unpack the file if logs are in it",
      },
    );
  }
  const begun = start === undefined ? {} : bag(await zip.text(start), file);
  return { status: "started", ...begun, ...(end !== undefined && bag(await zip.text(end), file)) };
}

function bag(text: string, file: string): Bag {
  try {
    const value = parsePythonJson(text);
    if (isBag(value)) return value;
  } catch (cause) {
    throw new FinegaugeError("run.corrupt", `${file} is damaged: a part of it is not JSON`, {
      where: { file },
      hint: "copy the log again",
      cause,
    });
  }
  throw new FinegaugeError("run.corrupt", `${file} is damaged: a part of it is no object`, {
    where: { file },
    hint: "copy the log again",
  });
}
