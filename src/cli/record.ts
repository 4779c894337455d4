import { FinegaugeError, messageOf } from "../core/errors.ts";
import { isLoopback, type NameBy, openRecorder, type RecordCounts, startProxy } from "../proxy/index.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { recordCost } from "./record-cost.ts";

export interface RecordOptions extends CommonOptions {
  readonly upstream?: string;
  readonly output?: string;
  readonly port: number;
  readonly host: string;
  readonly allowNetwork?: boolean;
  readonly nameBy?: NameBy;
  readonly sample: number;
  /** Set unless `--no-redact` is given. */
  readonly redact: boolean;
}

const openai = "https://api.openai.com/v1";

/** Passes requests on to an OpenAI-compatible server, and records the conversations that come of them. */
export async function record(options: RecordOptions): Promise<void> {
  const { host, port, nameBy, sample, redact, seed = 0 } = options;
  if (!isLoopback(host) && options.allowNetwork !== true) {
    throw new FinegaugeError("cli.usage", `${host} can be reached from other machines`, {
      hint: "everybody there could ask through this proxy, and would be recorded: say --allow-network if that is wanted",
    });
  }
  const { environment, registry } = await openContext(options);
  const { variables } = environment;
  const upstream = upstreamOf(options.upstream ?? (variables.OPENAI_BASE_URL || openai));
  const output = options.output ?? (nameBy === undefined ? "recorded.jsonl" : "recorded");
  const say = (text: string) => {
    if (options.quiet !== true) process.stderr.write(`${text}\n`);
  };
  const recorder = openRecorder({
    output,
    nameBy,
    sample,
    seed,
    redact,
    secrets: keysIn(variables),
    cost: recordCost(await registry.prices(), upstream),
    onFailure: (failure) => say(`nothing is recorded from now on, requests are still answered: ${messageOf(failure)}`),
  });
  const failures = { count: 0 };
  try {
    const proxy = await startProxy({
      host,
      port,
      upstream,
      recorder,
      env: variables,
      onFailure(error) {
        failures.count++;
        if (options.debug) say(environment.redact(`${upstream.origin}: ${messageOf(error)}`));
      },
    });
    // Programs that start the proxy wait for this line.
    if (options.json) print({ url: `${proxy.origin}/v1`, upstream: shown(upstream), output });
    say(`recording ${shown(upstream)} into ${output}`);
    say(`  OPENAI_BASE_URL=${proxy.origin}/v1   Azure: AZURE_OPENAI_ENDPOINT=${proxy.origin}   Ctrl-C ends it`);
    await untilSignal(proxy, say);
  } finally {
    await recorder.close();
  }
  if (options.json) print({ ...inJson(recorder.counts), upstream_failures: failures.count });
  say(summary(recorder.counts, failures.count, output));
}

function upstreamOf(text: string): URL {
  const hint = "a base URL such as https://api.openai.com/v1 or https://NAME.openai.azure.com is expected";
  if (!URL.canParse(text)) throw new FinegaugeError("cli.usage", `${text} is no URL`, { hint });
  const url = new URL(text);
  // Both may hold a key, which is not to be repeated here.
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    throw new FinegaugeError("cli.usage", "the upstream's URL has a user or a query", {
      hint: "keys are the client's to send; they are passed on",
    });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new FinegaugeError("cli.usage", `${text} is no web address`, { hint });
  return url;
}

function shown({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, "");
}

const keyNames = ["OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_ADMIN_KEY"];

function keysIn(variables: { readonly [name: string]: string | undefined }): string[] {
  return keyNames.flatMap((name) => variables[name] ?? []);
}

/** First signal: finish what is in flight. Second, or SIGTERM: drop it. Either way everything answered is on the disk. */
async function untilSignal(proxy: { close(): Promise<void>; drop(): void }, say: (text: string) => void): Promise<void> {
  let closed: Promise<void> | undefined;
  let ended = () => {};
  const signalled = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) => {
    const atOnce = closed !== undefined || signal === "SIGTERM";
    if (!atOnce) say("\nfinishing what is in flight; Ctrl-C again drops it");
    closed ??= proxy.close();
    if (atOnce) proxy.drop();
    ended();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  await signalled;
  await closed;
  process.off("SIGINT", onSignal);
  process.off("SIGTERM", onSignal);
}

function inJson({ exchanges, conversations, sampledOut, leftOut }: RecordCounts) {
  return { exchanges, conversations, sampled_out: sampledOut, left_out: leftOut };
}

function summary({ exchanges, conversations, sampledOut, leftOut }: RecordCounts, failures: number, output: string): string {
  const besides = [
    sampledOut > 0 ? `${sampledOut} not in the sample` : [],
    leftOut > 0 ? `${leftOut} that make no conversation` : [],
    failures > 0 ? `${failures} failed at the upstream` : [],
  ].flat();
  const replies = `${exchanges} ${exchanges === 1 ? "reply" : "replies"}`;
  const made = `${conversations} ${conversations === 1 ? "conversation" : "conversations"}`;
  return `${replies} in ${made} in ${output}${besides.length > 0 ? `; besides ${besides.join(", ")}` : ""}`;
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
