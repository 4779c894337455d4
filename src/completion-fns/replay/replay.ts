import { basename } from "node:path";
import { z } from "zod";
import { type FunctionSetup, functionKind } from "../../core/catalogue.ts";
import type { CallContext, Capabilities, CompletionFn } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { checkStopped } from "../check-stopped.ts";
import { fileSha256 } from "../file-sha256.ts";
import { kept } from "../kept.ts";
import { openRecording, type Recording } from "./recording.ts";

const argsSchema = z.strictObject({
  /** A run file, or JSONL lines of `{id, output}` or `{input, output}`. */
  file: z.string().min(1),
});

/**
 * Replies of an earlier day in place of a model: a run file, or plain lines `{"id", "output"}` or `{"input", "output"}`.
 *
 * A run's reply is found by its sample and prompt, then by the prompt, then by the input alone; only ids that the data gives itself
 * are trusted on their own. A plain line is found by its id, then by its input; with `attempt`, or several lines for the attempts in
 * their order. A sample that was not recorded is an error, and not asked again. Costs are not repeated.
 */
export const replay = functionKind({ args: argsSchema, create });

function create({ file }: z.output<typeof argsSchema>, setup: FunctionSetup): CompletionFn {
  const path = setup.resolvePath(file);
  const recording = kept(() => openRecording(path));

  return {
    name: setup.name,
    identity: async () => {
      const { run } = await recording.get();
      return { ...run?.model, fn: "replay", model: run?.model.model ?? basename(path), file_sha256: await fileSha256([path]) };
    },
    capabilities: async () => capabilitiesOf(await recording.get()),
    describe: () => `replies from ${basename(path)}`,
    complete: async ({ prompt }, ctx) => {
      checkStopped(ctx.signal);
      const completion = (await recording.get()).completion(prompt, ctx.sample);
      if (completion === undefined) throw missing(path, ctx);
      // What came from the response cache on that day is no fresher for being replayed: the mark stays, and a gate refuses it.
      const { tries: _tries, cost: _cost, ...rest } = completion;
      return rest;
    },
    continuations: async (request, ctx) => {
      checkStopped(ctx.signal);
      const likelihoods = (await recording.get()).likelihoods(request, ctx.sample);
      if (likelihoods === undefined) throw missing(path, ctx);
      return likelihoods;
    },
    close: async () => {
      (await recording.release())?.close();
    },
  };
}

function capabilitiesOf({ run }: Recording): Capabilities {
  if (run !== undefined) {
    const { concurrency_max: _most, concurrency_start: _start, ...rest } = run.capabilities;
    return { ...rest, embeddings: "no" };
  }
  return {
    chat: "yes",
    text: "yes",
    logprobs: { no: "the recorded lines have none" },
    top_logprobs_max: 0,
    continuations: { no: "the recorded lines have none" },
    embeddings: "no",
    tools: "yes",
    json_schema: "yes",
  };
}

function missing(path: string, { sample }: CallContext): FinegaugeError {
  const which = sample.attempt === 0 ? sample.id : `attempt ${sample.attempt} of ${sample.id}`;
  return new FinegaugeError("provider.rejected", `${basename(path)} has no reply for ${which}`, {
    hint: "replay the eval that was recorded, with the same samples",
  });
}
