import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../core/errors.ts";
import { diskError } from "./disk-error.ts";

describe("diskError", () => {
  test.each([
    { code: "ENOSPC", hint: "free some space" },
    { code: "EDQUOT", hint: "free some space" },
    { code: "EROFS", hint: "choose a folder" },
    { code: "EACCES", hint: "choose a folder" },
    { code: "EIO", hint: "see to the disk" },
    { code: undefined, hint: "see to the disk" },
  ])("says what to do about $code", ({ code, hint }) => {
    const error = diskError("runs/a.jsonl", Object.assign(new Error("the cause"), { code }));
    expect(error.code).toBe("run.disk");
    expect(error.message).toBe("could not write runs/a.jsonl: the cause");
    expect(error.more).toMatchObject({ where: { file: "runs/a.jsonl" }, hint: expect.stringContaining(hint) });
    // Not every command goes on where it stopped.
    expect(error.more.hint).not.toContain("continues");
  });

  test("leaves an error alone that is one for users already", () => {
    const error = new FinegaugeError("run.locked", "held");
    expect(diskError("a", error)).toBe(error);
  });
});
