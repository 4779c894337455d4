import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, freemem, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { localRuntime } from "../../completion-fns/index.ts";
import { messageOf } from "../../core/errors.ts";
import { version } from "../version.ts";
import { errorFinding } from "./error-finding.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** What this process runs in. */
export interface MachineFacts {
  readonly node: string;
  /** `engines.node` of package.json: `>=22.22`. */
  readonly engines: string;
  readonly platform: string;
  readonly tool: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly env: { readonly [name: string]: string | undefined };
  readonly now: Date;
  readonly timeZone: string;
}

export function machineFacts(env: MachineFacts["env"]): MachineFacts {
  const { engines } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    engines: { node: string };
  };
  return {
    node: process.versions.node,
    engines: engines.node,
    platform: `${process.platform} ${process.arch} ${release()}`,
    tool: version(),
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    env,
    now: new Date(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

export function checkMachine(facts: MachineFacts): Finding[] {
  return [nodeFinding(facts), clockFinding(facts), memoryFinding(facts), ...proxyFindings(facts.env), ...certificates(facts.env)];
}

function nodeFinding({ node, engines, platform, tool }: MachineFacts): Finding {
  const needed = engines.replace(/^\D+/, "");
  const says = `finegauge ${tool} on Node ${node}, ${platform}`;
  return isAtLeast(node, needed)
    ? ok("node", says)
    : fail("node", `${says}; it needs Node ${needed}`, `install Node ${needed} or newer`);
}

function isAtLeast(found: string, needed: string): boolean {
  const [a, b] = [found, needed].map((text) => text.split(".").map(Number));
  for (let at = 0; at < 3; at++) {
    const [have = 0, want = 0] = [a?.[at], b?.[at]];
    if (have !== want) return have > want;
  }
  return true;
}

/** Nothing of ours was there before: a clock that says so makes every certificate invalid, and sorts runs wrongly. */
const earliest = Date.UTC(2025, 0, 1);

function clockFinding({ now, timeZone }: MachineFacts): Finding {
  const says = `the clock says ${now.toISOString().slice(0, 16).replace("T", " ")} UTC; time zone ${timeZone}`;
  if (now.getTime() >= earliest) return ok("clock", says);
  return fail("clock", says, "set the clock: HTTPS fails by it, and runs are sorted by it");
}

function memoryFinding({ cores, memory }: MachineFacts): Finding {
  const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const says = `${cores} ${cores === 1 ? "core" : "cores"}, ${gigabytes(memory.total)} GiB memory, ${gigabytes(memory.free)} free`;
  return memory.free >= 256 * 2 ** 20
    ? ok("memory", says)
    : warn("memory", says, "end other programs: a run takes 150 MB, a model in this process its size and more");
}

const proxyNames = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

function proxyFindings(env: MachineFacts["env"]): Finding[] {
  const set = proxyNames.filter((name) => env[name]);
  if (set.length === 0) return [];
  return set.map((name) => {
    const text = env[name] ?? "";
    // The address may hold a password: its host is all that is shown.
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      return fail("proxy", `${name} is no http(s) address`, `write ${name}=http://host:port, or unset it`);
    const except = env.no_proxy || env.NO_PROXY ? ", except for what NO_PROXY names" : "";
    return ok("proxy", `requests go through ${url.host} (${name})${except}; this machine is always asked directly`);
  });
}

function certificates({ NODE_EXTRA_CA_CERTS: file, NODE_TLS_REJECT_UNAUTHORIZED: reject }: MachineFacts["env"]): Finding[] {
  const found: Finding[] = [];
  if (file) {
    found.push(
      existsSync(file)
        ? ok("certificates", "NODE_EXTRA_CA_CERTS names a file that is there")
        : fail("certificates", "NODE_EXTRA_CA_CERTS names a file that is not there", "correct the path, or unset it"),
    );
  }
  if (reject === "0") {
    found.push(
      warn(
        "certificates",
        "NODE_TLS_REJECT_UNAUTHORIZED=0: anybody on the way can read keys",
        "unset it, and trust a certificate with NODE_EXTRA_CA_CERTS=<file>",
      ),
    );
  }
  return found;
}

/** Which variables `.env` sets, never to what, and which of them are not used since they are set already. */
export function checkDotEnv(cwd: string, real: { readonly [name: string]: string | undefined }): Finding[] {
  const file = join(cwd, ".env");
  if (!existsSync(file)) return [];
  try {
    const values = parseEnv(readFileSync(file, "utf8"));
    const names = Object.keys(values);
    if (names.length === 0) return [warn("dotenv", ".env sets nothing", "write a line NAME=value for each variable")];
    const hidden = names.filter((name) => real[name] !== undefined && real[name] !== values[name]);
    const says = `.env sets ${names.join(", ")}`;
    if (hidden.length === 0) return [ok("dotenv", says)];
    return [
      warn(
        "dotenv",
        `${says}; ${hidden.join(", ")} set otherwise in the environment, which goes first`,
        `unset ${hidden.join(" ")}`,
      ),
    ];
  } catch (error) {
    return [fail("dotenv", `.env cannot be read: ${messageOf(error)}`, "make it a readable file, or delete it")];
  }
}

/** Whether models in this process can be run, and on what. Loads llama.cpp. */
export async function checkLlama(open: typeof localRuntime = localRuntime): Promise<Finding> {
  try {
    const { gpu, build, physicalCores } = await open();
    const cores = `${physicalCores} ${physicalCores === 1 ? "core" : "cores"}`;
    const says = `node-llama-cpp runs GGUF models here: llama.cpp ${build}, ${cores} for computing`;
    if (gpu !== undefined) return ok("llama", `${says}, GPU by ${gpu}`);
    return ok("llama", `${says}, no GPU found by the installed build`);
  } catch (error) {
    const { says, next } = errorFinding("llama", error);
    // Only models in this process need it; one of them fails by itself.
    return ok("llama", `no GGUF model can be run in this process: ${says}`, { next });
  }
}
