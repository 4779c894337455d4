import type { FunctionSetup } from "../../core/catalogue.ts";
import { type Connection, connect, waitUntilLoaded } from "./connection.ts";
import { readFacts, type ServerFacts } from "./server-facts.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

export interface OpenServerOptions {
  /** Of a server that runs already … */
  readonly url: URL | undefined;
  /** … or how to start one. */
  readonly argv: readonly string[];
  /** Variables that the started server gets although they look like secrets. */
  readonly secrets: readonly string[];
  readonly key: string | undefined;
  readonly keyName: string | undefined;
  readonly width: number;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly env: FunctionSetup["env"];
}

/** A server that has loaded its model. */
export interface OpenServer {
  readonly connection: Connection;
  readonly facts: ServerFacts;
  /** Ends what was started. */
  close(): Promise<void>;
}

/** @throws FinegaugeError `provider.unreachable`, `provider.timeout`, `provider.auth`, `provider.reply` */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  const { url, argv, secrets, startTimeoutMs, env } = options;
  const started: ServerProcess | undefined = url === undefined ? await startServer(argv, env, secrets) : undefined;
  let connection: Connection | undefined;
  const close = async () => {
    await connection?.close();
    await started?.stop();
  };
  try {
    connection = await connect({ ...options, url: url ?? (started as ServerProcess).url, ended: started?.ended });
    await waitUntilLoaded(connection, startTimeoutMs, started?.failed);
    return { connection, facts: await readFacts(connection, new AbortController().signal), close };
  } catch (error) {
    await close();
    throw error;
  }
}
