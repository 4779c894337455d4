import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { listBaselineFiles } from "./baseline-list.ts";
import { type SetOptions, setBaseline } from "./baseline-set.ts";
import { showBaseline } from "./baseline-show.ts";
import { checkBaselineName } from "./check-baseline-name.ts";

const actions = ["set", "show", "list"];

/** `finegauge baseline set NAME RUN…`, `baseline show NAME`, `baseline list`. */
export async function baseline(
  action: string,
  name: string | undefined,
  runs: readonly string[],
  options: SetOptions,
): Promise<void> {
  if (!actions.includes(action)) {
    throw new FinegaugeError("cli.usage", `baseline cannot ${action}`, {
      nearest: nearestNames(action, actions),
      hint: "finegauge baseline set <name> <runs>, baseline show <name>, or baseline list",
    });
  }
  if (action === "list") {
    if (name !== undefined) throw new FinegaugeError("cli.usage", `baseline list takes no name: ${name}`);
    return listBaselineFiles(options);
  }
  if (name === undefined) {
    throw new FinegaugeError("cli.usage", `baseline ${action} needs a name`, {
      hint: "finegauge baseline list shows what there is",
    });
  }
  checkBaselineName(name);
  if (action === "set") return setBaseline(name, runs, options);
  if (runs.length > 0) throw new FinegaugeError("cli.usage", `baseline show takes one name: ${runs.join(" ")}`);
  return showBaseline(name, options);
}
