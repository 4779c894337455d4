import { readSide, type Side } from "../compare/index.ts";
import { findSides } from "./find-sides.ts";
import type { ListedSide } from "./listed-side.ts";

/** The sides that a reference names, by eval; each is found once and read once, when it is first asked for. */
export function baselineSides(
  reference: string,
  where: { readonly out: string; readonly baselines: string },
): (evalName: string) => Promise<Side | undefined> {
  let listed: Promise<readonly ListedSide[]> | undefined;
  const sides = new Map<string, Promise<Side>>();
  return async (evalName) => {
    listed ??= findSides(reference, where);
    const found = (await listed).find((side) => side.eval === evalName);
    if (found === undefined) return undefined;
    let side = sides.get(found.file);
    if (side === undefined) {
      side = found.open().then(readSide);
      sides.set(found.file, side);
    }
    return side;
  };
}
