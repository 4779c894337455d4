import { existsSync } from "node:fs";
import type { SideFacts } from "../core/comparison.ts";
import { isGlob } from "./name-glob.ts";

/**
 * References that will name the same runs tomorrow: a model's name stands for its newest run, `~1` for the one before, and both for other
 * runs after the next one. Files, and baselines, which are committed, stay as they were written.
 */
export function pinnedReferences(
  references: readonly string[],
  sides: readonly Pick<SideFacts, "run" | "source">[],
): readonly string[] {
  const isFile = (text: string) => existsSync(text) || (isGlob(text) && /[/\\]/.test(text));
  const stays = references.some((text) => text.split(",").some(isFile)) || sides.some(({ source }) => source !== "run");
  return stays || sides.length === 0 ? references : [[...new Set(sides.map(({ run }) => run))].join(",")];
}
