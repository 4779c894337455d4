import { describe, expect, test } from "vitest";
import { pauseControl } from "./pause.ts";

describe("pauseControl", () => {
  test("holds everybody until the latest moment that anybody was told", () => {
    const pause = pauseControl();
    expect(pause.wait(0, 20)).toBe(0);
    pause.extend(100, 1000);
    pause.extend(200, 300);
    expect([pause.wait(200, 20), pause.until]).toEqual([900, 1100]);
    pause.extend(600, 1000);
    expect([pause.wait(1100, 20), pause.wait(1599, 20), pause.wait(1600, 20)]).toEqual([500, 1, 0]);
  });

  test("counts those that overlap as one, and its time once", () => {
    const pause = pauseControl();
    pause.extend(0, 1000);
    pause.extend(500, 1000);
    pause.extend(5000, 10);
    expect([pause.count, pause.ms]).toEqual([2, 1510]);
  });

  test("lets those who waited start one after the other, then as they come", () => {
    const pause = pauseControl();
    pause.extend(0, 1000);
    const starts: number[] = [];
    for (let now = 0; now < 1600; now += 5) {
      while (pause.wait(now, 20) === 0 && starts.length < 30) {
        pause.started(now);
        starts.push(now);
      }
    }
    expect(starts.slice(0, 4)).toEqual([1000, 1025, 1050, 1075]);
    expect(starts.filter((at) => at < 1500)).toHaveLength(20);
    expect(starts.filter((at) => at === 1500)).toHaveLength(10);
  });
});
