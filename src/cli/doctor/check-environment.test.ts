import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../../core/errors.ts";
import { checkLlama, checkMachine, type MachineFacts } from "./check-environment.ts";

const facts: MachineFacts = {
  node: "24.1.0",
  engines: ">=22.22",
  platform: "linux x64",
  tool: "0.1.0",
  cores: 2,
  memory: { total: 8 * 2 ** 30, free: 4 * 2 ** 30 },
  env: {},
  now: new Date("2026-11-20T10:00:00Z"),
  timeZone: "UTC",
};

const levelOf = (more: Partial<MachineFacts>, check: string) =>
  checkMachine({ ...facts, ...more }).find((one) => one.check === check)?.level;

describe("checkMachine", () => {
  test("finds nothing to say about a machine as it should be", () => {
    expect(checkMachine(facts).map(({ level, check }) => `${check} ${level}`)).toEqual(["node ok", "clock ok", "memory ok"]);
  });

  test.each([
    { node: "22.22.0", level: "ok" },
    { node: "22.22", level: "ok" },
    { node: "23.0.0", level: "ok" },
    { node: "22.21.9", level: "fail" },
    { node: "20.20.2", level: "fail" },
  ])("Node $node is $level", ({ node, level }) => {
    expect(levelOf({ node }, "node")).toBe(level);
  });

  test("a clock that was reset, and memory that is full", () => {
    expect(levelOf({ now: new Date(0) }, "clock")).toBe("fail");
    expect(levelOf({ memory: { total: 2 ** 30, free: 2 ** 26 } }, "memory")).toBe("warn");
  });

  test.each([
    { env: { HTTPS_PROXY: "http://u:hidden@proxy.example:3128" }, level: "ok", says: "proxy.example:3128" },
    { env: { http_proxy: "proxy.example:3128" }, level: "fail", says: "http_proxy is no http(s) address" },
    { env: { HTTPS_PROXY: "http://proxy.example", NO_PROXY: "a,b" }, level: "ok", says: "except for what NO_PROXY names" },
  ])("a proxy: $says", ({ env, level, says }) => {
    const found = checkMachine({ ...facts, env }).find(({ check }) => check === "proxy");
    expect(found).toMatchObject({ level, says: expect.stringContaining(says) });
    expect(JSON.stringify(found)).not.toContain("hidden");
  });

  test.each([
    { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, level: "warn" },
    { env: { NODE_EXTRA_CA_CERTS: "/nowhere/ca.pem" }, level: "fail" },
    { env: { NODE_EXTRA_CA_CERTS: "package.json" }, level: "ok" },
  ])("certificates: $env is $level", ({ env, level }) => {
    expect(levelOf({ env }, "certificates")).toBe(level);
  });
});

describe("checkLlama", () => {
  test("names the GPU that a build finds", async () => {
    const runtime = { gpu: "cuda", build: "b1", physicalCores: 8 };
    expect(await checkLlama(async () => runtime as never)).toMatchObject({
      level: "ok",
      says: expect.stringContaining("llama.cpp b1, 8 cores for computing, GPU by cuda"),
    });
  });

  test("is no failure where the package is not installed, and gives the command", async () => {
    const missing = new FinegaugeError("install.peer-missing", "node-llama-cpp is not installed", {
      hint: "npm install node-llama-cpp",
    });
    expect(await checkLlama(() => Promise.reject(missing))).toMatchObject({ level: "ok", next: "npm install node-llama-cpp" });
  });
});
