import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactor } from "./redact.ts";

describe("redactor", () => {
  const redact = redactor(["hunter2hunter2", "short"], { home: "/home/al", cwd: "/home/al/code" });

  test.each([
    ["key sk-abcdefgh12345678 refused", "key [redacted] refused"],
    ["sk-proj-ab_cd-efghijkl", "[redacted]"],
    ["Incorrect API key provided: sk-abcd****wxyz.", "Incorrect API key provided: [redacted]."],
    ["Authorization: Bearer abcdefghijkl", "Authorization: Bearer [redacted]"],
    ['{"api-key":"0123456789abcdef"}', '{"api-key":"[redacted]"}'],
    ["OPENAI_API_KEY=abcdefgh1234", "OPENAI_API_KEY=[redacted]"],
    ["client_secret = abcdefgh1234", "client_secret = [redacted]"],
    ["https://user:pass@host/x", "https://[redacted]@host/x"],
    ["jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl end", "jwt [redacted] end"],
    ["AKIAABCDEFGHIJKLMNOP", "[redacted]"],
    ["ghp_abcdefghijklmnop1234", "[redacted]"],
    ["my value hunter2hunter2.", "my value [redacted]."],
    ["a short word", "a short word"],
    ["/home/al/code/x.yaml", "./x.yaml"],
    ["/home/al/other", "~/other"],
    ["/home/alice/x", "/home/alice/x"],
    ["in /home/al", "in ~"],
    ["the task was to ask-me", "the task was to ask-me"],
    ["an ordinary sentence: nothing to hide", "an ordinary sentence: nothing to hide"],
  ])("%s", (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  test("leaves nothing of a secret it was told, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 30 }), fc.string(), fc.string(), (secret, before, after) => {
        // Only what is left of it as a whole: the mark itself may share a letter with it.
        fc.pre(!"[redacted]".includes(secret));
        expect(redactor([secret])(before + secret + after)).not.toContain(secret);
      }),
    );
  });

  test.each(["sk-", "Bearer ", "password=", "eyJ", "ghp_", "//a:"])("takes ten megabytes after %s in its stride", (start) => {
    expect(redact(start + "a".repeat(10_000_000)).length).toBeGreaterThan(9_000_000);
  });

  test("changes nothing when done twice", () => {
    const piece = fc.constantFrom("sk-abcdefgh1234", "Bearer ", "api_key=", "abcdefgh12", " ", "//", "a:b@", "/home/al", "x");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = redact(pieces.join(""));
        expect(redact(once)).toBe(once);
      }),
    );
  });

  test.each([
    ["white space", (n: number) => " ".repeat(n)],
    ["a key without a value", (n: number) => `api_key${" ".repeat(n)}`],
    ["Bearer and nothing", (n: number) => `Bearer${"\n".repeat(n)}`],
    ["beginnings of a token", (n: number) => "eyJ-".repeat(n / 4)],
  ])("gets through a megabyte of %s", (_, text) => {
    // Tried at every place anew, this would take longer than a test may.
    const long = text(1_000_000);
    expect(redact(long)).toBe(long);
  });
});
