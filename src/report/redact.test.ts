import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparedReport, reportOf, reportRun } from "../../test/support/report-fixture.ts";
import { placeholders } from "../core/placeholders.ts";
import { type Report, type ReportFormat, reportWriters } from "./index.ts";
import { redactReport } from "./redact.ts";

describe("placeholders", () => {
  test.each([
    ["mail to anna.b+x@example.co.uk now", "mail to [email-1] now"],
    ["jürgen@müller.de", "[email-1]"],
    ["call +49 (0) 30 901820 or (555) 123-4567", "call [phone-1] or [phone-2]"],
    ["tel 555-123-4567", "tel [phone-1]"],
    ["tel 4915112345678", "tel [phone-1]"],
    ["key sk-abcdefgh12345678", "key [redacted]"],
    ["token a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", "token [key-1]"],
    ["see data:image/png;base64,iVBORw0KGgo= there", "see [file] there"],
    ["/home/anna/notes/x.txt", "~/notes/x.txt"],
  ])("%s", (text, safe) => {
    expect(placeholders({ home: "/home/anna" })(text)).toBe(safe);
  });

  test.each([
    "569 of 600 right instead of 195 (+62.3 points, 95 % interval +57.8 to +66.5)",
    "2026-11-20 10:15, 20/11/2026, 2026-11-20T15:20:52.299Z",
    "192.168.0.1:8080",
    "gpt-4.1-mini-2025-04-14 and claude-3-5-sonnet-20241022",
    "0.123456789 and 3.14159265358979",
    "01M7WRQMAB10JMP924WDWAKTDG",
    "user @somebody said a@b",
    "--------------------------------------------------",
  ])("leaves alone: %s", (text) => {
    expect(placeholders()(text)).toBe(text);
  });

  test("names the same address by the same number, however it is written, and another by another", () => {
    const clean = placeholders();
    expect(clean("a@example.com b@example.com A@Example.com")).toBe("[email-1] [email-2] [email-1]");
    expect(clean("b@example.com")).toBe("[email-2]");
  });

  test("a text that was cleaned stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.emailAddress(), (text, address) => {
        const once = placeholders()(`${text} ${address} ${text}`);
        expect(placeholders()(once)).toBe(once);
      }),
    );
  });
});

const secrets = ["anna@example.com", "+49 30 901820", "q9w8e7r6t5z4u3i2o1p0a9s8d7f6g5h4"];

function secretReport(): Promise<Report> {
  const text = `write to ${secrets.join(" or ")}`;
  const lines = [
    {
      input: [{ role: "user" as const, content: text, name: secrets[0] as string }],
      ideal: text,
      reply: text,
      explanation: text,
      label: text,
      metadata: { [secrets[0] as string]: text, telephone: 4_915_112_345_678 },
      completion: {
        reasoning: text,
        refusal: text,
        logprobs: ["anna", "@", "example", ".com"].map((token) => ({ token, logprob: -0.1 })),
      },
    },
    { input: text, reply: null, error: text },
  ];
  return comparedReport({ lines, model: "base" }, { lines, model: secrets[0] as string });
}

describe("redactReport", () => {
  test.each(Object.keys(reportWriters) as ReportFormat[])("no address, number or key reaches %s", async (format) => {
    let text = "";
    for await (const piece of (await reportWriters[format]()).write(redactReport(await secretReport()))) text += piece;
    for (const secret of [...secrets, "4915112345678", '"anna"']) expect(text).not.toContain(secret);
    expect(text).toContain("[email-1]");
  });

  test("checksums, numbers and what is nobody's secret stay", async () => {
    const report = reportOf(reportRun({ lines: [{ reply: "right", metadata: { n: 12 } }] }));
    const safe = redactReport(report);
    const lines = [];
    for await (const line of safe.runs[0]?.samples() ?? []) lines.push(line);
    const before = [];
    for await (const line of report.runs[0]?.samples() ?? []) before.push(line);
    expect(lines).toEqual(before);
    expect(safe.runs[0]?.run).toEqual(report.runs[0]?.run);
  });
});
