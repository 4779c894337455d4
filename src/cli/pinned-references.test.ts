import { join } from "node:path";
import { expect, test } from "vitest";
import { pinnedReferences } from "./pinned-references.ts";

const runs = [
  { run: "01A", source: "run" },
  { run: "01B", source: "run" },
  { run: "01A", source: "run" },
] as const;
const file = join(import.meta.dirname, "pinned-references.ts");

test.each([
  { what: "names of models by the runs they stood for", references: ["small@tickets~1", "big"], sides: runs, found: ["01A,01B"] },
  { what: "a file as it is", references: [file], sides: runs, found: [file] },
  { what: "a glob of files as it is", references: ["reports/*/*.jsonl"], sides: runs, found: ["reports/*/*.jsonl"] },
  { what: "a baseline as it is", references: ["main"], sides: [{ run: "01A", source: "baseline" }] as const, found: ["main"] },
  { what: "what stood for nothing as it is", references: ["main"], sides: [], found: ["main"] },
])("calls $what", ({ references, sides, found }) => {
  expect(pinnedReferences(references, sides)).toEqual(found);
});
