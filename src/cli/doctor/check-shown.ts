import { promptViewers } from "../../completion-fns/index.ts";
import type { TrainingConfig } from "../../finetune-data/index.ts";
import { accessOf } from "./access.ts";
import { failure, type ModelCheckOptions } from "./check-model.ts";
import { checkPrompt } from "./check-prompt.ts";
import { checkTraining } from "./check-training.ts";
import { type Finding, warn } from "./finding.ts";
import type { ModelTarget } from "./model-target.ts";

/** What a local model reads, and whether its training wrote it so; other models do not tell. */
export async function checkShown(
  target: ModelTarget,
  options: ModelCheckOptions,
  training: TrainingConfig | undefined,
): Promise<Finding[]> {
  const { reference, args, setup } = target;
  const { env, question, offline } = options;
  const open = promptViewers[reference.class];
  const asksServer = reference.class === "llama-server";
  if (open === undefined || (offline && asksServer)) {
    if (training === undefined) return [];
    const says = "what the model reads cannot be seen from here, so nothing was compared with the training config";
    const next = asksServer ? "leave out --offline" : "check the GGUF file, or a llama-server with it";
    return [warn("training.unseen", says, next)];
  }
  try {
    const viewer = await (await open())(args, setup);
    try {
      const wrap = await reference.wrap();
      const prompt = wrap(question.prompt);
      const findings = await checkPrompt(viewer, prompt, question.from);
      return training === undefined ? findings : [...findings, ...(await checkTraining(viewer, training, prompt))];
    } finally {
      await viewer.close();
    }
  } catch (error) {
    return [failure(error, target, accessOf(reference.class, args, env), options)];
  }
}
