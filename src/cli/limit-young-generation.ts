import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

const enoughBytes = 32 * 1024 * 1024;

/**
 * Stops V8 from widening its young generation past 32 MB. A run makes much short-lived garbage and holds little, so that V8 would go on to
 * some 100 MB, which are never less and buy nothing: 270 MB at 200,000 samples instead of 180, in the same time.
 *
 * `--max-semi-space-size` does the same from outside, but is read only before a program starts.
 */
export function limitYoungGeneration(): void {
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    if (young === undefined || young.space_size < enoughBytes) return;
    setFlagsFromString("--semi-space-growth-factor=1");
    observer.disconnect();
  });
  observer.observe({ entryTypes: ["gc"] });
}
