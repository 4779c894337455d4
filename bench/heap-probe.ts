import { writeFileSync } from "node:fs";

/**
 * Loaded before the program: collects all garbage once a second, and leaves the largest live heap it saw (MB) in the file that
 * `HEAP_PROBE_FILE` names. Buffers outside the heap count too: an index in a typed array is held all the same.
 */
let most = 0;
const timer = setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  most = Math.max(most, (heapUsed + arrayBuffers) / 1e6);
}, 1000);
timer.unref();
process.on("exit", () => {
  const { HEAP_PROBE_FILE } = process.env;
  if (HEAP_PROBE_FILE !== undefined) writeFileSync(HEAP_PROBE_FILE, String(most));
});
