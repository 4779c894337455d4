import { once } from "node:events";
import { stageFile } from "../../io/staged-file.ts";

/** Where the text of a file of data goes. */
export interface DataSink {
  /** What was put there can no longer be taken back. */
  readonly streams: boolean;
  /** @returns undefined, or when there is room for more */
  put(text: string): Promise<unknown> | undefined;
  /** Whole but for its name; where there are several sinks, all are settled before one is finished. @throws FinegaugeError `run.disk`, `cli.usage` */
  settle(): void;
  /** Nothing is there before this, but on a stream. @throws FinegaugeError `run.disk` */
  finish(): void;
  /** Takes away what is not finished. */
  abandon(): void;
}

/** Characters that are given to a pipe at once. */
const pieceLength = 2 ** 16;

/** A file, `-` for standard output, or nowhere. */
export function openSink(
  output: string,
  { force = false, dryRun = false }: { force?: boolean | undefined; dryRun?: boolean | undefined },
): DataSink {
  if (dryRun) return { streams: false, put: () => undefined, settle: () => {}, finish: () => {}, abandon: () => {} };
  if (output === "-") return standardOutput();
  const file = stageFile(output, { force });
  return {
    streams: false,
    put(text) {
      file.write(text);
      return undefined;
    },
    settle: file.settle,
    finish: file.commit,
    abandon: file.abandon,
  };
}

function standardOutput(): DataSink {
  let held = "";
  const flush = () => {
    const room = process.stdout.write(held);
    held = "";
    return room ? undefined : once(process.stdout, "drain");
  };
  return {
    streams: true,
    put(text) {
      held += text;
      return held.length < pieceLength ? undefined : flush();
    },
    settle: () => {},
    finish: () => void flush(),
    // The rows before the one that ended it are as good as any.
    abandon: () => void flush(),
  };
}
