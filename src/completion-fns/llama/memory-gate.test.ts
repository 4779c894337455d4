import { describe, expect, test } from "vitest";
import { takeLargeModelPlace } from "./memory-gate.ts";

describe("the place for one large model", () => {
  test("is refused while it is taken, and free again after", async () => {
    const leave = await takeLargeModelPlace("a.gguf");
    await expect(takeLargeModelPlace("b.gguf")).rejects.toMatchObject({
      code: "model.capability",
      message: expect.stringContaining("a.gguf"),
    });
    await leave(async () => {});
    const leaveAgain = await takeLargeModelPlace("b.gguf");
    await leaveAgain(async () => {});
  });

  test("is waited for while its model is being closed, and given to one of those who wait", async () => {
    let close = () => {};
    const closing = new Promise<void>((resolve) => {
      close = resolve;
    });
    const leave = await takeLargeModelPlace("a.gguf");
    const left = leave(() => closing);
    const next = takeLargeModelPlace("b.gguf");
    const other = takeLargeModelPlace("c.gguf").then(
      () => "taken",
      () => "refused",
    );
    close();
    await left;
    const leaveNext = await next;
    expect(await other).toBe("refused");
    await leaveNext(async () => {});
  });

  test("is given back even when closing fails", async () => {
    const leave = await takeLargeModelPlace("a.gguf");
    await expect(
      leave(async () => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    await (await takeLargeModelPlace("b.gguf"))(async () => {});
  });
});
