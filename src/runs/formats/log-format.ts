import type { StoredRun } from "../read-run.ts";

/** The beginning of a file, from which its format is told. */
export interface LogHead {
  /** Of the file, without its folder. */
  readonly name: string;
  /** The first bytes, as many as were read. */
  readonly bytes: Uint8Array;
  /** The same as text; cut anywhere. */
  readonly text: string;
}

/** Another harness's log, read as a run of ours. */
export interface ImportedLog extends StoredRun {
  /** What the log has and a run file has no place for, or lacks; one sentence each. */
  readonly notes: readonly string[];
}

/** One kind of log. */
export interface LogFormat {
  /** As people call it: `Inspect (.json)`. */
  readonly title: string;
  /** Cheap, and sure enough to be asked of any file. */
  detect(head: LogHead): boolean;
  /** Loads the reader. */
  reader(): Promise<LogReader>;
}

export interface LogReader {
  /** @throws FinegaugeError `run.corrupt`, `run.format-newer` */
  open(file: string): Promise<ImportedLog>;
  /** The logs that a file stands for, where it is only the list of them. */
  parts?(file: string): readonly string[];
}
