import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { fencesOf } from "./support/markdown.ts";
import { hasPython, warnWithoutPython } from "./support/python.ts";

const fences = fencesOf(readFileSync(new URL("../docs/from-openai-evals.md", import.meta.url), "utf8"));
const shims = fences.filter(({ info }) => info.startsWith("py "));
warnWithoutPython("THE PYTHON SHIMS WERE");

/** A folder as the page describes it: its Python files, its YAML, and some samples. */
function asOnThePage(mine?: string) {
  const scratch = scratchFolder();
  for (const kind of ["evals", "completion-fns", "data"]) mkdirSync(join(scratch.path, "registry", kind), { recursive: true });
  for (const { info, text } of shims) writeFileSync(join(scratch.path, info.slice(3)), text);
  if (mine !== undefined) writeFileSync(join(scratch.path, "mine.py"), mine);
  for (const { info, text } of fences) {
    const [, kind] = /^yaml (evals|completion-fns)$/.exec(info) ?? [];
    if (kind !== undefined) writeFileSync(join(scratch.path, "registry", kind, "page.yaml"), text);
  }
  const rows = ["Close the door, please", "Close the door", "PLEASE stop", "stop"].map((input) => ({ input, ideal: "please" }));
  writeFileSync(join(scratch.path, "registry/data/polite.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return scratch;
}

interface Said {
  readonly runs: readonly {
    readonly status: string;
    readonly counts: object;
    readonly metrics: readonly { name: string; value: number }[];
  }[];
}

async function runOnThePage(folder: string) {
  const { PATH } = process.env;
  const said = await finegauge(["run", "parrot", "polite.dev.v1", "--no-report", "--json"], { cwd: folder, env: { PATH } });
  return { ...said, found: (JSON.parse(said.stdout) as Said).runs[0] };
}

test.each(shims.filter(({ info }) => info !== "py mine.py"))("$info has at most fifteen lines", ({ text }) => {
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
});

describe.runIf(hasPython)("the Python of one's own", () => {
  test("answers and scores as the page says", async () => {
    using scratch = asOnThePage();
    const { code, found } = await runOnThePage(scratch.path);
    expect(code).toBe(0);
    expect(found).toMatchObject({ status: "complete", counts: { done: 4, errors: 0, unscored: 0 } });
    expect(found?.metrics[0]).toMatchObject({ name: "accuracy", value: 0.5 });
  });

  test("may print, may give numbers, and what it throws is its sample's: no reply, or no score", async () => {
    const mine = `
class Parrot:
    def __call__(self, prompt, temperature, **kwargs):
        print("asked at", temperature)
        if "door, please" in str(prompt):
            raise ValueError("no doors")
        self.text = prompt if isinstance(prompt, str) else prompt[-1]["content"]
        return self

    def get_completions(self):
        return [self.text]


def is_polite(reply, sample):
    print("scoring")
    if reply == "stop":
        raise KeyError("word")
    return {"value": len(reply), "passed": sample["ideal"][0] in reply.lower(), "label": "said"}
`;
    using scratch = asOnThePage(mine);
    const { code, found, stderr } = await runOnThePage(scratch.path);
    expect(code).toBe(3);
    expect(stderr).toContain("ValueError: no doors");
    expect(found?.counts).toMatchObject({ done: 4, errors: 1, unscored: 1 });
    expect(found?.metrics.find(({ name }) => name === "score")?.value).toBe(("Close the door".length + "PLEASE stop".length) / 2);
  });
});
