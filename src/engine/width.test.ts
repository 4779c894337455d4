import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type WidthBounds, type WidthControl, widthControl } from "./width.ts";

const hosted: WidthBounds = { start: 20, least: 4, most: 100 };

/** A round of replies to requests that began now, all of the width in use. */
function round(width: WidthControl, at: number, ms = 100): number {
  width.filled();
  for (let left = width.now; left > 0; left--) width.replied(at, ms);
  return at + ms;
}

function rounds(width: WidthControl, count: number, from = 0): { readonly widths: number[]; readonly now: number } {
  let now = from;
  const widths = Array.from({ length: count }, () => {
    now = round(width, now);
    return width.now;
  });
  return { widths, now };
}

describe("widthControl", () => {
  test("grows by half a round until the server first has too much, then by four, and keeps to its limits", () => {
    const width = widthControl(hosted);
    const first = rounds(width, 6);
    expect(first.widths).toEqual([30, 45, 68, 100, 100, 100]);
    expect(width.congested(first.now - 1, first.now)).toBe(true);
    expect(width.now).toBe(75);
    expect(rounds(width, 3, first.now + 1).widths).toEqual([79, 83, 87]);
    expect([width.least, width.most]).toEqual([20, 100]);
  });

  test("narrows once for a whole crowd, and again for the next one, never below its least", () => {
    const width = widthControl(hosted);
    const crowd = [10, 20, 30, 40];
    expect(crowd.map((began) => width.congested(began, 50))).toEqual([true, false, false, false]);
    expect(width.now).toBe(15);
    const widths = [60, 70, 80, 90, 100, 110].map((at) => {
      width.congested(at - 5, at);
      return width.now;
    });
    expect(widths).toEqual([11, 8, 6, 4, 4, 4]);
    expect(width.least).toBe(4);
  });

  test("does not grow while nobody fills it", () => {
    const width = widthControl(hosted);
    for (let i = 0; i < 1000; i++) width.replied(i, 1);
    expect(width.now).toBe(20);
  });

  test("does not grow while replies slow down with it: the server answers one by one", () => {
    const width = widthControl(hosted);
    // Each reply takes as long as all those before it together.
    let now = 0;
    for (let i = 0; i < 30; i++) now = round(width, now, width.now * 1000);
    expect(width.now).toBeLessThanOrEqual(30 * 1.5);
  });

  test("does not judge a width by requests that were sent under another", () => {
    const width = widthControl(hosted);
    round(width, 0);
    expect(width.now).toBe(30);
    width.filled();
    for (let i = 0; i < 100; i++) width.replied(50, 60);
    expect(width.now).toBe(30);
  });

  test("that is fixed stays so, and still tells one crowd from the next", () => {
    const width = widthControl({ start: 50, least: 50, most: 50 });
    rounds(width, 5);
    expect([width.congested(600, 700), width.congested(650, 710), width.congested(705, 720)]).toEqual([true, false, true]);
    expect([width.now, width.least, width.most]).toEqual([50, 50, 50]);
  });

  test("is within its limits, and narrows at most once a crowd, whatever happens", () => {
    const event = fc.record({ fails: fc.boolean(), ms: fc.integer({ min: 1, max: 500 }), used: fc.boolean() });
    const limits = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 90 }));
    fc.assert(
      fc.property(limits, fc.array(event, { maxLength: 400 }), ([least, up, more], events) => {
        const bounds = { least, start: least + up, most: least + up + more };
        const width = widthControl(bounds);
        let [now, narrowed] = [0, Number.NEGATIVE_INFINITY];
        for (const { fails, ms, used } of events) {
          const began = now;
          now += ms;
          const before = width.now;
          if (used) width.filled();
          // Some began before the last narrowing.
          const sent = began - (ms % 3) * 100;
          if (!fails) width.replied(sent, now - sent);
          else if (width.congested(sent, now)) {
            expect(sent).toBeGreaterThan(narrowed);
            narrowed = now;
          } else expect(width.now).toBe(before);
          expect(width.now).toBeGreaterThanOrEqual(bounds.least);
          expect(width.now).toBeLessThanOrEqual(bounds.most);
          expect([width.least <= width.now, width.now <= width.most]).toEqual([true, true]);
        }
      }),
    );
  });
});
