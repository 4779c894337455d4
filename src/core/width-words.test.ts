import { describe, expect, test } from "vitest";
import { widthWords } from "./width-words.ts";

const width = { start: 20, least: 4, most: 20, last: 8, refused: 0, pauses: 0, paused_ms: 0 };

describe("widthWords", () => {
  test.each([
    { name: "nothing of a server that never minded", more: {}, said: undefined },
    { name: "refusals alone", more: { refused: 1 }, said: "1 request refused for coming too soon" },
    { name: "a pause that was told", more: { pauses: 1, paused_ms: 2000 }, said: "1 pause of 2.0 s" },
    {
      name: "what was found out",
      more: { refused: 1200, pauses: 4, paused_ms: 8200, per_second: 48.3 },
      said: "1,200 requests refused for coming too soon, 4 pauses of 8.2 s in all; the server takes about 48.3 requests a second",
    },
  ])("says $name", ({ more, said }) => {
    expect(widthWords({ ...width, ...more })).toBe(said);
  });
});
