import { describe, expect, test } from "vitest";
import { registryOf, thrownBy } from "../../test/fixtures/registry/registry-of.ts";

const evalWith = (more: string) =>
  registryOf({
    "evals/a.yaml": `a.dev.v1:\n  class: match\n  args: { samples_jsonl: a.jsonl }\n${more}`,
    "data/a.jsonl": '{"input": "?", "ideal": "disk"}\n',
  });

describe("confusion_cost", () => {
  test("names labels of the eval, and replies that say none", async () => {
    const { folder, registry } = evalWith(
      "  labels: [disk, auth]\n  confusion_cost: { disk: { auth: 5, other: 2 }, auth: { auth: 0.1 } }\n",
    );
    using _ = folder;
    expect((await registry.eval("a.dev.v1")).spec.confusion_cost).toEqual({ disk: { auth: 5, other: 2 }, auth: { auth: 0.1 } });
  });

  test.each([
    { more: "  labels: [disk, auth]\n  confusion_cost:\n    disc: { auth: 5 }\n", line: 6, column: 5, says: 'no label "disc"' },
    { more: "  labels: [disk, auth]\n  confusion_cost:\n    disk: { ath: 5 }\n", line: 6, column: 13, says: 'no label "ath"' },
    {
      more: "  labels: [disk, auth]\n  confusion_cost:\n    disk: { auth: -5 }\n",
      line: 6,
      column: 19,
      says: "confusion_cost.disk.auth",
    },
    { more: "  confusion_cost: { disk: { auth: 5 } }\n", line: 4, column: 21, says: "needs labels" },
  ])("$says is told where it stands", async ({ more, line, column, says }) => {
    const { folder, registry } = evalWith(more);
    using _ = folder;
    const error = await thrownBy(registry.eval("a.dev.v1"));
    expect(error.message).toContain(says);
    expect(error.more.where).toEqual({ file: "evals/a.yaml", line, column });
  });
});
