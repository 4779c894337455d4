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
    ["_tobin_ and __Tobin__ and **tobin**'s", `_${tobin}_ and __${tobin}__ and **${tobin}**'s`],
    ["mira, tobins, atobin, 11", "mira, tobins, atobin, 11"],
  ])("replaces whole names: %s", (text, wanted) => {
    expect(names.inText(text)).toBe(wanted);
  });

  test.each([
    { name: "小明", text: "今天小明来了", wanted: (one: string) => `今天${one}来了` },
    { name: "민수", text: "민수가 왔다", wanted: (one: string) => `${one}가 왔다` },
    { name: "Jose\u0301", text: "hola JOSÉ!", wanted: (one: string) => `hola ${one}!` },
    { name: "...", text: "well ... yes", wanted: () => "well ... yes" },
    { name: "100", text: "100 % sure", wanted: () => "100 % sure" },
    { name: "4.2", text: "4.2 is out", wanted: () => "4.2 is out" },
    { name: "bo b", text: "bo b and bo", wanted: (one: string) => `${one} and bo` },
    { name: "a+(b)[c]{d}|$^\\/-x", text: "so a+(b)[c]{d}|$^\\/-x said", wanted: (one: string) => `so ${one} said` },
    { name: "x", text: "<@123456789012345678>", wanted: (one: string) => `<@${one}>` },
  ])("finds $name where it can be told", ({ name, text, wanted }) => {
    const given = pseudonymsFor([{ name, alsoCalled: ["123456789012345678"] }], "k");
    expect(given.inText(text)).toBe(wanted(given.of(name)));
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
