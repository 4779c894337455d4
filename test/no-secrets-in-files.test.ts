import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { replyTo, startMockOpenai } from "./support/mock-openai.ts";
import { writeSumsRegistry } from "./support/sums-registry.ts";

const key = "CANARY-key/1+2==";
const corporate = "CANARY-corp-value-77";

describe("secrets", () => {
  test("are in no file and no output, though the server repeats them in replies and errors", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({
      answer: (request) => {
        if (request.method === "GET") return { json: { data: [] } };
        const told = `${request.headers.authorization} ${encodeURIComponent(key)} ${request.headers["x-corp"]}`;
        if (request.index % 3 === 0) return { status: 400, json: { error: { message: `${"p".repeat(490)}${told}` } } };
        return replyTo(request, told);
      },
    });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the registry expands it
    const args = ', api_key_env: MOCK_KEY, headers: { X-Corp: "${CORPVAL}" }';
    writeSumsRegistry(scratch.path, { samples: 30, url: mock.url, functionArgs: args });
    writeFileSync(join(scratch.path, ".env"), `MOCK_KEY=${key}\n`);
    const env = { CORPVAL: corporate };
    for (const more of [["--json"], ["--debug", "--no-resume"], ["--max-errors", "1", "--no-resume"]]) {
      const { stdout, stderr } = await finegauge(["run", "mock", "sums", "--concurrency", "1", ...more], {
        cwd: scratch.path,
        env,
      });
      expect(stdout + stderr).not.toContain("CANARY");
    }
    const files = globSync("reports/**/*.{jsonl,html}", { cwd: scratch.path });
    expect(files.some((file) => file.endsWith(".jsonl"))).toBe(true);
    expect(files.some((file) => file.endsWith(".html"))).toBe(true);
    for (const file of files) expect(readFileSync(join(scratch.path, file), "utf8")).not.toContain("CANARY");
    await mock.close();
  });
});
