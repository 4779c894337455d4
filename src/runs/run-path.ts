import { join } from "node:path";
import { hash64 } from "../core/hash.ts";

const longest = 80;

/** Names that Windows keeps for devices, whatever ending stands behind them. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A name as a file system everywhere takes it: only `A-Za-z0-9._-`, long ones cut and told apart by a hash. Different names may become
 * one (`a/b`, `a b`): it is for people, and what is called so says its whole name inside.
 */
export function safeName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .replace(device, "$1-");
  if (plain === "") return hash64(name);
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 17)}-${hash64(name)}`;
}

/** `<out>/<eval>/<model>/<20261120T101500Z>-<id>.jsonl`. For people: the run's identity is the id inside. */
export function runPath(out: string, run: { eval: string; completion_fn: string; started: string; id: string }): string {
  const time = run.started.replace(/\.\d+/, "").replace(/[-:]/g, "");
  return join(out, safeName(run.eval), safeName(run.completion_fn), `${time}-${run.id.toLowerCase()}.jsonl`);
}
