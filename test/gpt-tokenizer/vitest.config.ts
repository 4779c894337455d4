import { defineConfig } from "vitest/config";
import { ClosingLine } from "../support/closing-line.ts";

// Apart from the main suite, since it takes an install of its own: npm ci in this folder, then npm test.
export default defineConfig({
  test: {
    include: ["test/gpt-tokenizer/*.real.ts"],
    setupFiles: ["./test/support/no-network.mjs"],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: ["default", new ClosingLine()],
  },
});
