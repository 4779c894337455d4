import { expect, test } from "vitest";
import { importLogs } from "./import.ts";

test.runIf(process.platform !== "win32")("what is neither a file nor a folder is told in one error", async () => {
  await expect(importLogs(["/dev/null"], {})).rejects.toMatchObject({
    code: "run.not-found",
    message: "/dev/null is neither a file nor a folder",
  });
});
