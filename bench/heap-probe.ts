import { writeFileSync } from "node:fs";

/**
 * Loaded before the program: collects all garbage now and then, and leaves the largest live heap that it saw (MB) in the file that
 * `HEAP_PROBE_FILE` names, and after it the largest sum of buffers outside the heap, which hold the sample index and the scores.
 */
let heap = 0;
let buffers = 0;
const timer = setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  heap = Math.max(heap, heapUsed / 1e6);
  buffers = Math.max(buffers, arrayBuffers / 1e6);
}, 200);
timer.unref();
process.on("exit", () => {
  const { HEAP_PROBE_FILE } = process.env;
  if (HEAP_PROBE_FILE !== undefined) writeFileSync(HEAP_PROBE_FILE, `${heap} ${buffers}`);
});
