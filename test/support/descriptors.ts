import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { test } from "vitest";

/** For what only Linux shows: `/proc` and `/dev/full`. */
export const onLinux = test.runIf(process.platform === "linux");

/** The descriptors under which this process holds a file. */
export function descriptorsOf(file: string): number[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file ? [Number(fd)] : [];
    } catch {
      return [];
    }
  });
}

/** From now on the disk is full for whoever in this process has the file open. */
export function fillDisk(file: string): void {
  for (const fd of descriptorsOf(file)) {
    closeSync(fd);
    // The lowest free number is given to the next who opens.
    const full = openSync("/dev/full", "w");
    if (full !== fd) throw new Error(`${file} was open as ${fd}, but /dev/full got ${full}`);
  }
}
