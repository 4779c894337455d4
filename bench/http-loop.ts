import { http } from "../src/completion-fns/http.ts";
import { askOf } from "./ask-of.ts";
import { measure } from "./loop.ts";

/** The `http` completion function alone, without engine, file or scores. */
await measure(async ({ url, concurrency }) =>
  askOf(
    await http.create(
      { url, model: "mock", api_key_env: "KEY" },
      { name: "mock", resolvePath: (file) => file, env: { KEY: "bench" }, concurrency, timeoutMs: 60_000 },
    ),
  ),
);
