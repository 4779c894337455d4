import { describe, expect, test } from "vitest";
import { chanceRefusals } from "./chance-refusals.ts";

/** A server that has answered 100 in its best second, and 10 a second in those after it. */
function slowedDown() {
  const chance = chanceRefusals();
  for (let i = 0; i < 100; i++) chance.replied(i * 10);
  for (let i = 0; i < 30; i++) chance.replied(1000 + i * 100);
  return chance;
}

describe("chanceRefusals", () => {
  test("knows nothing without a speed", () => {
    expect(slowedDown().refused(4000, undefined)).toBe("speed");
  });

  test("takes refusals for speed while it is near the highest that was answered", () => {
    const chance = slowedDown();
    expect([chance.refused(4000, 90), chance.refused(5000, 60)]).toEqual(["speed", "speed"]);
  });

  test("takes the few that go on far below it for chance", () => {
    const chance = slowedDown();
    expect([chance.refused(4000, 20), chance.refused(4001, undefined)]).toEqual(["found to be chance", "chance"]);
  });

  test("takes many in a row for a limit that is used up, however slow, and asks for more proof after a mistake", () => {
    const chance = slowedDown();
    const said = Array.from({ length: 20 }, (_, i) => chance.refused(4000 + i, 20));
    expect([said[0], said.indexOf("speed"), said.lastIndexOf("chance")]).toEqual(["found to be chance", 7, 6]);
    for (let i = 0; i < 200; i++) chance.replied(5000 + i * 5);
    expect(chance.refused(6000, 20)).toBe("slow");
    expect(chance.refused(6500, 20)).toBe("slow");
    expect(chance.refused(7000, 20)).toBe("found to be chance");
  });
});
