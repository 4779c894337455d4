// For `await using`, also where a project asks for an older standard library.
/// <reference lib="esnext.disposable" preserve="true" />
import { z } from "zod";
import { FinegaugeError } from "../../core/errors.ts";
import { openRecorder, type RecordCounts, recordingFetch } from "../../proxy/index.ts";
import { openContext } from "../context.ts";
import { recordCost } from "../record-cost.ts";
import { asCommonOptions, checkedOptions, places } from "./checked-options.ts";

/** The client of the `openai` package, OpenAI's or Azure's. */
export interface RecordableClient {
  readonly baseURL: string;
  withOptions(options: object): RecordableClient;
}

const optionsSchema = z.strictObject({
  registry: places.registry,
  output: z.string().optional(),
  nameBy: z.enum(["model", "template", "header"]).optional(),
  sample: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
  redact: z.boolean().optional(),
});
export type RecordOptions = z.input<typeof optionsSchema>;

/** A client whose conversations are recorded. */
export interface Recording<Client> extends AsyncDisposable {
  /** As the one that was given, which records nothing. */
  readonly client: Client;
  readonly counts: Readonly<RecordCounts>;
  /** Syncs the files and gives them back. */
  close(): Promise<void>;
}

export async function record<Client extends RecordableClient>(
  client: Client,
  options: RecordOptions = {},
): Promise<Recording<Client>> {
  const { registry: roots, ...given } = checkedOptions("record", optionsSchema, options);
  const inner = (client as unknown as { readonly fetch?: unknown }).fetch;
  if (typeof inner !== "function" || typeof client.withOptions !== "function") {
    throw new FinegaugeError("cli.usage", "record takes a client of the `openai` package", {
      hint: "for other clients there is the proxy, `finegauge record`",
    });
  }
  const { registry } = await openContext(asCommonOptions({ registry: roots }));
  const recorder = openRecorder({
    ...given,
    output: given.output ?? (given.nameBy === undefined ? "recorded.jsonl" : "recorded"),
    cost: recordCost(await registry.prices(), new URL(client.baseURL)),
  });
  const fetch = recordingFetch(inner as typeof globalThis.fetch, recorder);
  return {
    client: client.withOptions({ fetch }) as Client,
    counts: recorder.counts,
    close: () => recorder.close(),
    [Symbol.asyncDispose]: () => recorder.close(),
  };
}
