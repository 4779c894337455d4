import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { keepLeaks, keptLeaks, readAs } from "./leakage-cache.ts";
import type { LeakFile } from "./leakage-file.ts";

const found: LeakFile = {
  head: {
    ...{ type: "leaks", format: 1, train: "train.csv", eval: "sums.dev.v1", train_hash: "a", eval_hash: "b" },
    ...{ train_rows: 3, samples: 2, leaked: 0 },
  },
  leaks: [],
};

describe("what was found before", () => {
  test.each([
    { kept: "train.csv", asked: "train.csv", is: found },
    { kept: "train.csv", asked: "other/Renamed.CSV", is: found },
    { kept: "train.csv", asked: "train.txt", is: undefined },
    { kept: "train.csv.gz", asked: "train.txt.gz", is: undefined },
  ])("in $kept holds for the same bytes as $asked only where they are the same rows", async ({ kept, asked, is }) => {
    const key = { out: temporaryFolder(), trainHash: "a", evalHash: "b" };
    await keepLeaks({ ...key, trainAs: readAs([kept]) }, found);
    expect(keptLeaks({ ...key, trainAs: readAs([asked]) })).toEqual(is);
  });
});
