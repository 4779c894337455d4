import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.parse("2026-11-20T10:00:00Z");

function wait(headers: { [name: string]: string }): number | undefined {
  return retryAfterMs((name) => headers[name], now);
}

describe("retryAfterMs", () => {
  test.each<{ name: string; headers: { [name: string]: string }; ms: number }>([
    { name: "seconds", headers: { "retry-after": "2" }, ms: 2000 },
    { name: "part of a second", headers: { "retry-after": "0.25" }, ms: 250 },
    { name: "now", headers: { "retry-after": "0" }, ms: 0 },
    { name: "an HTTP date", headers: { "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT" }, ms: 30_000 },
    { name: "a date of the older form", headers: { "retry-after": "Friday, 20-Nov-26 10:00:05 GMT" }, ms: 5000 },
    { name: "a past date as now", headers: { "retry-after": "Fri, 20 Nov 2026 09:00:00 GMT" }, ms: 0 },
    { name: "retry-after-ms before retry-after", headers: { "retry-after-ms": "150", "retry-after": "9" }, ms: 150 },
    { name: "retry-after when retry-after-ms is junk", headers: { "retry-after-ms": "soon", "retry-after": "9" }, ms: 9000 },
    { name: "an hour, uncapped", headers: { "retry-after": "3600" }, ms: 3_600_000 },
  ])("reads $name", ({ headers, ms }) => {
    expect(wait(headers)).toBe(ms);
  });

  test.each<{ name: string; message: string; headers: { [name: string]: string }; ms: number }>([
    { name: "its message", message: "Please try again in 1.2s.", headers: {}, ms: 1200 },
    { name: "a header before its message", message: "try again in 9s", headers: { "retry-after": "2" }, ms: 2000 },
    {
      name: "its message before the moment of a reset, which is that of all",
      message: "try again in 20ms",
      headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m0s" },
      ms: 20,
    },
    {
      name: "the reset of what is used up",
      message: "slow down",
      headers: { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "3s" },
      ms: 3000,
    },
  ])("takes $name", ({ message, headers, ms }) => {
    expect(retryAfterMs((name) => headers[name], now, message)).toBe(ms);
  });

  test.each(["", "junk", "junk 5", "-5", "NaN", "Infinity", "1e3", "Fri, someday", "5 minutes"])(
    "takes %j for no answer",
    (text) => {
      expect(wait({ "retry-after": text })).toBeUndefined();
    },
  );

  test("never gives a negative or non-finite wait", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (text) => {
          const ms = wait({ "retry-after": text, "retry-after-ms": text });
          expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
        },
      ),
    );
  });
});
