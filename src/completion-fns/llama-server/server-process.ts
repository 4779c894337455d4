import { FinegaugeError } from "../../core/errors.ts";
import { type Child, childEnvironment, freePort, startChild } from "../../io/child-process.ts";

export interface ServerProcess {
  readonly url: URL;
  /** Rejects when the server ends; never resolves. */
  readonly failed: Promise<never>;
  /** With what `failed` was rejected, once it was. */
  ended(): FinegaugeError | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a server on a free port.
 *
 * @param argv with `{port}` where the port goes
 */
export async function startServer(
  argv: readonly string[],
  env: { readonly [name: string]: string | undefined },
  secrets: readonly string[],
): Promise<ServerProcess> {
  const port = await freePort();
  const child = await startChild({
    argv: argv.map((each) => each.replaceAll("{port}", String(port))),
    env: childEnvironment(env, secrets),
  });
  // Nobody reads it, and a full pipe would stop the server.
  child.stdout.resume();
  let error: FinegaugeError | undefined;
  const failed = child.gone.then((how) => {
    error = new FinegaugeError("provider.unreachable", `${argv[0]} ${how}${lastWords(child)}`, {
      hint: "try the command in a terminal",
    });
    throw error;
  });
  failed.catch(() => {});
  return { url: new URL(`http://127.0.0.1:${port}`), failed, ended: () => error, stop: () => child.stop() };
}

function lastWords(child: Child): string {
  const tail = child.stderrTail();
  return tail === "" ? "" : `; its last words: ${tail}`;
}
