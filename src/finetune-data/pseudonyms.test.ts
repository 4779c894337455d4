import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Person, pseudonymsFor } from "./pseudonyms.ts";

const people: readonly Person[] = [
  { name: "tobin", alsoCalled: ["11", "Tobin the Great"] },
  { name: "oldname#0042", alsoCalled: [] },
  { name: "mira", alsoCalled: ["22"] },
  { name: "ann.b", alsoCalled: ["U0AA"], partsOfName: ["Ann", "Will"] },
];

describe("pseudonymsFor", () => {
  const names = pseudonymsFor(people, "key", (name) => name === "mira");
  const [tobin, old, ann] = ["tobin", "oldname#0042", "ann.b"].map(names.of) as [string, string, string];

  test("gives everybody one of the same form, and lets keep", () => {
    for (const one of [tobin, old, ann]) expect(one).toMatch(/^person-[0-9a-f]{6}$/);
    expect(new Set([tobin, old, ann]).size).toBe(3);
    expect(names.of("mira")).toBe("mira");
  });

  test("gives the same for the same key alone, whoever else is there", () => {
    expect(pseudonymsFor(people.slice(0, 1), "key").of("tobin")).toBe(tobin);
    expect(pseudonymsFor(people, "other").of("tobin")).not.toBe(tobin);
  });

  test.each([
    ["hi @tobin, TOBIN!", `hi @${tobin}, ${tobin}!`],
    ["Tobin the Great spoke", `${tobin} spoke`],
    ["<@U0AA> and ann.b and Ann", `<@${ann}> and ${ann} and ${ann}`],
    ["I will ask Will", `I will ask ${ann}`],
    ["oldname or oldname#0042", `${old} or ${old}`],
    ["mira, tobins, atobin, 11", "mira, tobins, atobin, 11"],
  ])("replaces whole names: %s", (text, wanted) => {
    expect(names.inText(text)).toBe(wanted);
  });

  test("leaves no name of a word in any text", () => {
    const name = fc.stringMatching(/^[a-z]{3,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), fc.array(fc.string({ maxLength: 5 })), (all, between) => {
        const given = pseudonymsFor(
          all.map((one) => ({ name: one, alsoCalled: [] })),
          "k",
        );
        const text = all.map((one, at) => `${between[at] ?? ""} ${one} `).join("");
        const words = given
          .inText(text)
          .toLowerCase()
          .split(/[^\p{L}\p{N}_-]+/u);
        for (const one of all) if (!one.startsWith("person")) expect(words).not.toContain(one);
      }),
    );
  });
});
