import fc from "fast-check";
import { expect, test } from "vitest";
import { fileName, templateName } from "./recording-name.ts";

test.each(["gpt-4.1-mini", "a", "support_2", "x".repeat(80)])("%s stays as it is", (name) => {
  expect(fileName(name)).toBe(name);
});

test("property: any name is one of a file in the folder, and two names are two", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      for (const name of [a, `../${a}`, "CON", "nul.txt", ".", ""])
        expect(fileName(name)).toMatch(/^(?!con$|nul\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/i);
      if (a !== b) expect(fileName(a)).not.toBe(fileName(b));
    }),
  );
});

test("a system prompt is named by its first words, without what must not reach the disk", () => {
  const clean = (text: string) => text.replace("hunter2", "[redacted]");
  const name = templateName([{ role: "developer", content: "Use hunter2 for the wiki, and be brief." }], clean);
  expect(name).toMatch(/^use-redacted-for-the-wiki-and-[0-9a-f]{8}$/);
  expect(templateName([{ role: "user", content: "Use" }], clean)).toBe("no-system-prompt");
});
