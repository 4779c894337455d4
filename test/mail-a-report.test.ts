import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { twoModels, twoReplies } from "./support/two-models.ts";

const secrets = ["anna@example.com", "+4930901820", "q9w8e7r6t5z4u3i2o1p0a9s8d7f6g5h4"];
const rows = secrets.map((secret, at) => twoReplies(`enquiry ${secret}`, secret, at === 0 ? "no" : secret, secret));

const commands = [
  ["report", "sums@old.mjs"],
  ["diff", "old.mjs", "new.mjs"],
  ["gate", "old.mjs", "new.mjs", "--rule", "delta.accuracy >= -0.02", "--no-ask"],
];

test.each([
  ["--redact", secrets],
  ["--no-samples", [...secrets, "enquiry"]],
])(
  "%s keeps out of every report, in every format, what it says it does",
  async (flag, gone) => {
    using scratch = scratchFolder();
    twoModels(scratch.path, rows);
    const run = await finegauge(["run", "models/old.mjs,models/new.mjs", "sums", "--no-report", "--quiet"], {
      cwd: scratch.path,
    });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    for (const command of commands) {
      for (const format of ["html", "md", "csv", "junit", "json"]) {
        const file = `${command[0]}.${format}`;
        const { stderr } = await finegauge([...command, "--format", format, "--output", file, flag], { cwd: scratch.path });
        const text = readFileSync(join(scratch.path, file), "utf8");
        expect(text.length, stderr).toBeGreaterThan(100);
        for (const secret of gone) expect(text, `${secret} in ${file}`).not.toContain(secret);
      }
    }
  },
  60_000,
);
