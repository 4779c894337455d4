import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["./test/support/no-network.mjs", "./test/support/property-seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Every test starts commands or servers on a machine of perhaps two cores.
    maxWorkers: 2,
    reporters: ["default", new ClosingLine()],
  },
});
