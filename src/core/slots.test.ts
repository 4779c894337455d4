import { describe, expect, test } from "vitest";
import { gate } from "../../test/support/engine-values.ts";
import { slots } from "./slots.ts";

describe("slots", () => {
  test("never more at once than there are slots, and first come, first served", async () => {
    const inSlot = slots(2);
    const gates = Array.from({ length: 5 }, gate);
    const began: number[] = [];
    const all = gates.map(({ opened }, at) =>
      inSlot(async () => {
        began.push(at);
        await opened;
        return at;
      }),
    );
    expect(began).toEqual([0, 1]);
    gates[1]?.open();
    expect(await all[1]).toBe(1);
    expect(began).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
    expect(began).toEqual([0, 1, 2, 3, 4]);
  });

  test("a task that fails gives its slot back", async () => {
    const inSlot = slots(1);
    const failed = inSlot(() => Promise.reject(new Error("no")));
    const next = inSlot(async () => "yes");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});
