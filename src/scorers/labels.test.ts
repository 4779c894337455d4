import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelReader } from "./labels.ts";

const read = labelReader({ network: ["net", "connection"], disk: [], C: [], "C++": ["cpp"], no: ["none", "disk"] });

describe("labelReader", () => {
  test.each([
    ["network", "network", false],
    [" Network.\n", "network", false],
    ['"network"', "network", false],
    ["**Network**", "network", false],
    ["“net”", "network", true],
    ["( connection )", "network", true],
    ["C++", "C++", false],
    ["c++.", "C++", false],
    ["C.", "C", false],
    ["`cpp`", "C++", true],
    ["disk", "disk", false],
  ])("reads %j as %s", (reply, label, alias) => {
    expect(read(reply)).toEqual({ label, alias });
  });

  test.each(["", "...", "networks", "it is network", "network disk", `${"!".repeat(50_000)}disk`, "!".repeat(50_000)])(
    "finds no label in %j",
    (reply) => {
      expect(read(reply)).toBeUndefined();
    },
  );

  test("finds every label inside any decoration", () => {
    const dress = fc.string({ unit: fc.constantFrom(" ", ".", "'", '"', "*", "\n", "—", "`"), maxLength: 8 });
    fc.assert(
      fc.property(dress, fc.constantFrom("network", "DISK", "Net"), dress, (before, word, after) => {
        expect(read(before + word + after)?.label).toBe(word === "DISK" ? "disk" : "network");
      }),
    );
  });
});
