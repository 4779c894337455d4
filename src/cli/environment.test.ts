import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readEnvironment } from "./environment.ts";

function environmentWith(dotEnv: string) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".env"), dotEnv);
  return { folder, environment: readEnvironment(folder) };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test(".env adds to the environment and never overrides it, not even with an empty value", () => {
  vi.stubEnv("FINEGAUGE_SET", "real");
  vi.stubEnv("FINEGAUGE_EMPTY", "");
  const { environment } = environmentWith("FINEGAUGE_SET=file\nFINEGAUGE_EMPTY=file\nFINEGAUGE_NEW='from file'\n");
  const { FINEGAUGE_SET, FINEGAUGE_EMPTY, FINEGAUGE_NEW } = environment.variables;
  expect([FINEGAUGE_SET, FINEGAUGE_EMPTY, FINEGAUGE_NEW]).toEqual(["real", "", "from file"]);
  expect(process.env.FINEGAUGE_NEW).toBeUndefined();
});

test("a folder without .env has the real environment", () => {
  vi.stubEnv("FINEGAUGE_SET", "real");
  expect(readEnvironment(temporaryFolder()).variables.FINEGAUGE_SET).toBe("real");
});

describe("a value becomes a secret", () => {
  test.each([
    { name: "when it was asked for under the name of a key", ask: "MY_API_KEY", hidden: true },
    { name: "not when nobody asked for it", ask: undefined, hidden: false },
    { name: "not under another name", ask: "MY_REGION", hidden: false },
    { name: "not when it is so short that replies hold it by chance", ask: "SHORT_TOKEN", hidden: false },
  ])("$name", ({ ask, hidden }) => {
    const { environment } = environmentWith("MY_API_KEY=north-passage\nMY_REGION=north-passage\nSHORT_TOKEN=north\n");
    const text = "the north-passage is north";
    // Redacted once before, so that what is asked for later counts too.
    expect([environment.redact(text), environment.redactLine(text)]).toEqual([text, text]);
    if (ask !== undefined) expect(environment.variables[ask]).toBeDefined();
    const wanted = hidden ? "the [redacted] is north" : text;
    expect([environment.redact(text), environment.redactLine(text)]).toEqual([wanted, wanted]);
  });
});

describe("redactLine", () => {
  test("finds a key that JSON escapes, and leaves a line that is JSON", () => {
    const { environment } = environmentWith(`A_KEY='back\\slash"quote'\n`);
    const key = environment.variables.A_KEY as string;
    expect(key).toBe('back\\slash"quote');
    const line = environment.redactLine(JSON.stringify({ message: `bad key ${key}!`, text: "kept" }));
    expect(JSON.parse(line)).toEqual({ message: "bad key [redacted]!", text: "kept" });
  });

  test("leaves no tail of a key that begins with another", () => {
    const { environment } = environmentWith("A_KEY=abcdefgh\nB_KEY=abcdefgh-ijklmnop\n");
    expect([environment.variables.A_KEY, environment.variables.B_KEY]).not.toContain(undefined);
    const text = "abcdefgh-ijklmnop abcdefgh";
    expect(environment.redactLine(text)).toBe("[redacted] [redacted]");
    expect(environment.redact(text)).toBe("[redacted] [redacted]");
  });
});

test("redact takes the working directory out of a message", () => {
  const { environment, folder } = environmentWith("");
  expect(environment.redact(`cannot read ${folder}/data.jsonl`)).toBe("cannot read ./data.jsonl");
});
