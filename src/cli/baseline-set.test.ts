import { afterEach, expect, test, vi } from "vitest";
import { writeBaselines } from "./baseline-set.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each(["../../evil", "", "__proto__", "a/b", ".hidden"])("%j is no name of a baseline, whoever asks", async (name) => {
  vi.stubEnv("CI", "");
  const written = writeBaselines(name, ["any"], { settings: { out: "none", baselines: "none" }, ask: undefined });
  await expect(written).rejects.toMatchObject({
    code: "cli.usage",
    message: `${JSON.stringify(name)} cannot be the name of a baseline`,
  });
});
