import { basename } from "node:path";
import type { PromptViewer, ShownToken } from "../../completion-fns/index.ts";
import { messageOf } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";
import {
  firstDifference,
  type TrainingConfig,
  type TrainingFormat,
  type TrainingTurn,
  trainingTemplates,
  trainingText,
} from "../../finetune-data/index.ts";
import { shownText } from "./check-prompt.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Is a prompt put to the model as its training put it: the same words around it, the same tokens at the ends. */
export async function checkTraining(viewer: PromptViewer, config: TrainingConfig, prompt: Prompt): Promise<Finding[]> {
  const turns = turnsOf(prompt);
  const inference = withoutStart(await viewer.tokens(prompt), viewer.start);
  const findings: Finding[] = config.notes.map((note) =>
    warn("training.config", note, "a config of today says the same in other words; the model stays as it is"),
  );
  const seen = new Set<string>();
  const ends = new Set<string>();
  for (const { format, said, path } of config.sets) {
    const key = JSON.stringify(format);
    if (seen.has(key)) continue;
    seen.add(key);
    const found = await renderedBy(format, turns, { viewer, prompt });
    if (typeof found !== "object") findings.push(unknownFinding(format, said, found, config));
    else {
      findings.push(comparison(found.prompt, inference, path === "" ? said : `${said}, of ${basename(path)}`));
      if (found.end !== undefined) ends.add(found.end);
    }
  }
  return [...findings, ...(await tokenFindings(viewer, config, ends))];
}

interface Rendered {
  readonly prompt: string;
  readonly end: string | undefined;
}

/** The prompt as training wrote it, or in words why that is not known. */
async function renderedBy(
  format: TrainingFormat,
  turns: readonly TrainingTurn[],
  { viewer, prompt }: { readonly viewer: PromptViewer; readonly prompt: Prompt },
): Promise<Rendered | string> {
  if (format.how !== "jinja") return trainingText(format, turns) ?? "";
  if (viewer.byTemplate === undefined) {
    const same = viewer.template !== undefined && squeezed(viewer.template) === squeezed(format.text);
    return same ? "the same template as the server's" : "";
  }
  try {
    return { prompt: withoutStart(await viewer.byTemplate(prompt, format.text), viewer.start), end: undefined };
  } catch (error) {
    return messageOf(error);
  }
}

function comparison(training: string, inference: string, said: string): Finding {
  const difference = firstDifference(training, inference);
  if (difference === undefined) return ok("training.template", `inference writes prompts as training did (${said})`);
  const { left, right, shared } = difference;
  const line = (text: string) => text.replaceAll("\n", "↵");
  return fail(
    "training.template",
    `inference writes prompts otherwise than training did (${said})`,
    "give the template of the training with chat_template, or convert the model again with the trained tokenizer's files",
    {
      detail: [
        `training   ${line(left)}`,
        `inference  ${line(right)}`,
        `           ${" ".repeat([...left].slice(0, shared).length)}^`,
      ],
    },
  );
}

function unknownFinding(format: TrainingFormat, said: string, why: string, { baseModel }: TrainingConfig): Finding {
  if (why.startsWith("the same template")) return ok("training.template", `inference goes by ${why} (${said})`);
  if (format.how === "tokenizer") {
    const whose = baseModel === undefined ? "the base model" : baseModel;
    return ok(
      "training.template",
      `training took the template of ${whose} (${said}), which conversion puts into the model's file`,
      {
        next: "if it was converted from another folder than training wrote, compare the two tokenizer_config.json",
      },
    );
  }
  if (format.how === "jinja") {
    return warn(
      "training.template",
      why === ""
        ? `the server's template is another text than the config's (${said})`
        : `the config's template cannot be used here: ${why}`,
      "start llama-server with --jinja --chat-template-file and the config's template",
    );
  }
  const name = format.how === "template" ? format.name : format.how === "other" ? format.type : format.how;
  return warn(
    "training.template",
    `how training wrote prompts is not known here (${said})`,
    `compare by hand; known are ${trainingTemplates.join(", ")}, jinja, alpaca and completion, not ${name}`,
  );
}

/** Tokens that training relied on have to be tokens of this file, and those that ended replies have to end them. */
async function tokenFindings(
  viewer: PromptViewer,
  { specialTokens, addedTokens }: TrainingConfig,
  ends: ReadonlySet<string>,
): Promise<Finding[]> {
  const eos = specialTokens.eos_token;
  const wanted = new Set([...ends, ...(eos === undefined ? [] : [eos])]);
  const findings: Finding[] = [];
  for (const name of wanted) {
    const token = await viewer.named(name);
    if (token === undefined) {
      const says = `training ended replies with ${name}, which is no token of this model`;
      findings.push(
        fail(
          "training.end",
          says,
          "convert the model again with the trained tokenizer's files: it added tokens, or took another vocabulary",
        ),
      );
    } else if (token.ends === false) {
      const says = `training ended replies with ${name}, and this model's file does not count it as an end`;
      findings.push(
        fail("training.end", says, `set tokenizer.ggml.eos_token_id or eot_token_id to ${token.id} (gguf_set_metadata.py)`),
      );
    } else findings.push(ok("training.end", `training ended replies with ${name}, which ends them here too`));
  }
  const missing: string[] = [];
  for (const name of addedTokens) if ((await viewer.named(name)) === undefined) missing.push(name);
  if (missing.length > 0)
    findings.push(
      fail(
        "training.tokens",
        `training added ${missing.join(", ")}, and this model has no such token`,
        "convert the model again with the trained tokenizer's files",
      ),
    );
  const bos = specialTokens.bos_token;
  if (bos !== undefined && viewer.start !== undefined && viewer.start.text !== bos)
    findings.push(
      warn(
        "training.start",
        `training began texts with ${bos}, inference begins them with ${viewer.start.text}`,
        "check tokenizer.ggml.bos_token_id of the model's file",
      ),
    );
  return findings;
}

function turnsOf(prompt: Prompt): TrainingTurn[] {
  if (typeof prompt === "string") return [{ role: "user", text: prompt }];
  return prompt.map((message) => ({
    role: message.role === "assistant" || message.role === "user" ? message.role : "system",
    text: contentText(message),
  }));
}

/** Whether the start token comes from the template or the tokenizer makes no difference. */
function withoutStart(tokens: readonly ShownToken[], start: ShownToken | undefined): string {
  const from = tokens.findIndex(({ id }) => id !== start?.id);
  return shownText(from < 0 ? [] : tokens.slice(from));
}

function squeezed(template: string): string {
  return template.replace(/\s+/g, "");
}
