import fc from "fast-check";
import { expect, test } from "vitest";
import { embed } from "./embed.ts";
import type { PageData } from "./page-data.ts";

const shell = '<body><script type="application/json" id="data">"FINEGAUGE_DATA"</script></body>';
const withTool = (tool: string): PageData => ({
  format: 1,
  made: "",
  tool,
  columns: [],
  evals: [],
  runs: [],
  comparisons: [],
  rows: [],
  total_rows: 0,
});

test("whatever the data say, the script element ends where it should and holds them unchanged", () => {
  const parts = fc.constantFrom(
    "</script>",
    "<!--",
    "<script",
    "-->",
    "]]>",
    "\u2028",
    "$&",
    "$'",
    '"FINEGAUGE_DATA"',
    "\\",
    '"',
  );
  const texts = fc
    .array(
      fc.oneof(
        parts,
        fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
      ),
    )
    .map((some) => some.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      const html = embed(shell, withTool(text));
      const [, inside, after] = /<script[^>]*>([^<]*)<\/script>(.*)$/s.exec(html) ?? [];
      expect(after).toBe("</body>");
      expect(JSON.parse(inside ?? "")).toEqual(withTool(text));
    }),
  );
});

test.each(["<body></body>", shell + shell])("refuses a page that has not one place for data", (broken) => {
  expect(() => embed(broken, withTool(""))).toThrow("exactly once");
});
