import { describe, expect, test } from "vitest";
import { targetOf } from "./target.ts";

const key = "CANARY-abc/def+ghi==zz";
const { clean } = targetOf(new URL("https://models.example/v1"), { model: "m", secrets: [key] });

describe("what a target takes out of a server's words", () => {
  test.each([0, 480, 485, 499, 500, 501, 5000])("leaves no part of a key that stands at %i, cut or not", (at) => {
    const said = clean(`${"p".repeat(at)}${key}${"q".repeat(100)}`);
    expect(said).not.toContain("CANARY");
    expect(said.length).toBeLessThanOrEqual(501);
  });

  test("takes out a key that comes back percent-encoded", () => {
    expect(clean(`Bearer%20${encodeURIComponent(key)}`)).not.toContain("CANARY");
  });
});
