import { openai } from "../src/completion-fns/openai.ts";
import { askOf } from "./ask-of.ts";
import { measure } from "./loop.ts";

/** The `openai` completion function alone. */
await measure(async ({ url, concurrency }) =>
  askOf(
    await openai.create(
      { base_url: url, model: "mock" },
      { name: "mock", resolvePath: (file) => file, env: { OPENAI_API_KEY: "bench" }, concurrency, timeoutMs: 60_000 },
    ),
  ),
);
