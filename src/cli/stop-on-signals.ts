import { exitCodes } from "../core/errors.ts";
import type { Stop } from "../engine/index.ts";

/** First Ctrl-C: let what is in flight finish. Second: drop it. Third: die. The run file is whole in every case. */
export function stopOnSignals(stop: Stop): () => void {
  let times = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    times++;
    if (times === 3) process.exit(exitCodes["run.interrupted"]);
    const atOnce = times > 1 || signal === "SIGTERM";
    process.stderr.write(atOnce ? "\nstopping now\n" : "\nfinishing what is in flight; Ctrl-C again drops it\n");
    stop.request("run.interrupted", atOnce);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return () => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
}
