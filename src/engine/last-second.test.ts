import { expect, test } from "vitest";
import { lastSecond } from "./last-second.ts";

test("counts what came in the last second, to a tenth of it, and not what was taken back", () => {
  const seen = lastSecond();
  seen.add(3, 50);
  seen.add(2, 450);
  seen.takeBack();
  expect([450, 999, 1000, 1399, 1400, 90_000].map((now) => seen.total(now))).toEqual([4, 4, 1, 1, 0, 0]);
});
