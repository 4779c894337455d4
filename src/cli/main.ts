#!/usr/bin/env node
// Nothing is imported before this: what an older Node lacks would end in a syntax error of its own.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(`Finegauge needs Node 22.22 or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}
const { enableCompileCache } = await import("node:module");
enableCompileCache();
const { runProgram } = await import("./program.ts");
await runProgram(process.argv.slice(2));

export {};
