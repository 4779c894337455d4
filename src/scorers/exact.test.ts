import { expect, test } from "vitest";
import { type ExactArgs, exact } from "./exact.ts";

test.each<{ reply: string; ideals: string[]; args?: ExactArgs; picked: string | undefined }>([
  { reply: "Oslo", ideals: ["Bergen", "Oslo"], picked: "Oslo" },
  { reply: "Oslo.", ideals: ["Oslo"], picked: undefined },
  { reply: "oslo", ideals: ["Oslo"], picked: undefined },
  { reply: "oslo", ideals: ["Oslo"], args: { ignore_case: true }, picked: "Oslo" },
  { reply: " Oslo\n", ideals: ["Oslo"], picked: undefined },
  { reply: " Oslo\n", ideals: ["Oslo"], args: { trim: true }, picked: "Oslo" },
  { reply: "", ideals: [""], picked: "" },
  { reply: "", ideals: [], picked: undefined },
  { reply: "\u00e9", ideals: ["e\u0301"], picked: undefined },
])("$reply against $ideals with $args is $picked", ({ reply, ideals, args, picked }) => {
  expect(exact(reply, ideals, args)).toBe(picked);
});
