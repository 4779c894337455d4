import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder, startFinegauge } from "./support/finegauge.ts";

// More than a pipe holds, so that the writer notices.
const rows = 5000;
const good = '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n';

test.each([
  {
    what: "findings stay findings",
    args: ["data", "validate", "data.jsonl", "--show", "100000"],
    row: '{"messages":[]}\n',
    code: 1,
  },
  { what: "what is done is done", args: ["data", "convert", "data.jsonl", "--to", "sharegpt"], row: good, code: 0 },
])("whoever stops reading changes no exit code: $what", async ({ args, row, code }) => {
  using scratch = scratchFolder();
  writeFileSync(join(scratch.path, "data.jsonl"), row.repeat(rows));
  const { child, ended } = startFinegauge(args, { cwd: scratch.path });
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code, signal: null });
});
