import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toldDurationMs, toldResetMs, waitInSentence } from "./told-duration.ts";

describe("toldDurationMs", () => {
  test.each([
    { text: "20ms", ms: 20 },
    { text: "1.2s", ms: 1200 },
    { text: "6m0s", ms: 360_000 },
    { text: "1h30m", ms: 5_400_000 },
    { text: "1m12.5s", ms: 72_500 },
    { text: "1d", ms: 86_400_000 },
    { text: " 3 ", ms: 3000 },
    { text: "0.25", ms: 250 },
    { text: "0s", ms: 0 },
  ])("reads $text as $ms ms", ({ text, ms }) => {
    expect(toldDurationMs(text)).toBe(ms);
  });

  test.each([undefined, "", "soon", "-1s", "1x", "s", "1s soon", "1e3", "NaN", "2026-11-20T10:00:00Z"])(
    "takes %j for no answer",
    (text) => {
      expect(toldDurationMs(text)).toBeUndefined();
    },
  );
});

describe("toldResetMs", () => {
  const now = Date.parse("2026-11-20T10:00:00.250Z");

  test.each([
    { text: "20ms", ms: 20 },
    { text: "24h0m0s", ms: 86_400_000 },
    { text: "60", ms: 60_000 },
    { text: String(Math.floor(now / 1000) + 60), ms: 59_750 },
    { text: String(now / 1000 + 1.5), ms: 1500 },
    { text: String(now + 700), ms: 700 },
    { text: String(now - 700), ms: 0 },
    { text: "99999999d", ms: undefined },
    { text: "2678401", ms: undefined },
    { text: String(now * 1000), ms: undefined },
    { text: "4000000000", ms: undefined },
    { text: "soon", ms: undefined },
    { text: undefined, ms: undefined },
  ])("reads $text as $ms ms from now", ({ text, ms }) => {
    expect(toldResetMs(text, now)).toBe(ms);
  });

  test("is a time that can be waited for, whatever the number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.constantFrom("", "ms", "s", "m", "h", "d"), (amount, unit) => {
        const ms = toldResetMs(`${amount}${unit}`, now);
        expect(ms === undefined || (ms >= 0 && ms <= 31 * 86_400_000)).toBe(true);
      }),
    );
  });
});

describe("waitInSentence", () => {
  test.each([
    {
      text: "Rate limit reached for gpt-4 on requests per min (RPM): Limit 3, Used 3. Please try again in 20s. Visit https://…",
      ms: 20_000,
    },
    { text: "Limit 10000, Used 9900, Requested 500. Please try again in 1.2s.", ms: 1200 },
    { text: "Please try again in 386ms.", ms: 386 },
    { text: "Please try again in 6m0s.", ms: 360_000 },
    {
      text: "Requests to the ChatCompletions_Create Operation have exceeded the call rate limit. Please retry after 26 seconds.",
      ms: 26_000,
    },
    { text: "please retry after 1 second", ms: 1000 },
    { text: "You exceeded your current quota. Please retry in 34.07s.", ms: 34_070 },
    { text: "wait for 2 minutes", ms: 120_000 },
    { text: "try again in 500 milliseconds", ms: 500 },
  ])("reads $ms ms in: $text", ({ text, ms }) => {
    expect(waitInSentence(text)).toBe(ms);
  });

  test.each([
    "",
    "try again later",
    "retry after the quota is raised",
    "Limit 3 s, try",
    "try again in 5 apples",
    "retry in 3xyz",
  ])("finds none in: %s", (text) => {
    expect(waitInSentence(text)).toBeUndefined();
  });

  test("is done with any text in no time, and never gives what is no wait", () => {
    const words = fc.array(fc.constantFrom("try again in ", "retry after ", "1", "9999", "m", "s", "ms", ".", " seconds"), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(words, (parts) => {
        const ms = waitInSentence(parts.join(""));
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});
