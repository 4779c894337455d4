import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnose, doctorIn, failsOf, foundBy, server, writeFiles } from "./support/diagnose.ts";
import { startFakeLlamaServer } from "./support/fake-llama-server.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { chatReply } from "./support/mock-openai.ts";

const config = resolve("test/fixtures/axolotl/cheater-7b-lora.yml");
const tuned = resolve("registry/models/tickets-tuned.gguf");
/** As the packaged models have it. */
const ticketsTemplate =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";
const chatml =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** A packaged model under another template. */
function withTemplate(template: string, args: readonly string[] = [], files: { [file: string]: string } = {}) {
  return diagnose(`{ class: llama, args: { model: "${tuned}", chat_template: t.jinja } }`, {
    args,
    files: { "registry/t.jinja": template, ...files },
  });
}

describe("doctor of a model in this process", () => {
  test("shows the first prompt of an eval with its control tokens, and where it will run, as the plan line says", async () => {
    const diagnosis = await doctorIn(process.cwd(), ["tickets-tuned", "--eval", "tickets"]);
    expect(diagnosis).toMatchObject({ code: 0, stderr: "" });
    expect(diagnosis.findings.map(({ level }) => level)).toEqual(diagnosis.findings.map(() => "ok"));
    expect(foundBy(diagnosis, "prompt.text")).toMatchObject({
      says: "the first sample of tickets.heldout.v1 as the model reads it (41 tokens), by the model's chat template",
      detail: [
        "<s><|system|>Classify the error. Answer with one category.<|end|><|user|>03:56:41 FATAL scheduler: deadline exceeded calling vault-1<|end|><|assistant|>",
      ],
    });
    expect(foundBy(diagnosis, "prompt.start").says).toBe("begins with the start token <s>, once");
    expect(foundBy(diagnosis, "prompt.turn").says).toBe("a reply ends with <|end|>, which ends generation");
    expect(foundBy(diagnosis, "model.stop").says).toBe("ends its reply by itself");
    using scratch = scratchFolder();
    const { stderr } = await finegauge(["run", "tickets-tuned", "tickets", "--dry-run", "--out", scratch.path]);
    const device = /at a time \((.+?)\)/.exec(stderr)?.[1] ?? "no device in the plan line";
    expect(foundBy(diagnosis, "model.place").says).toContain(`on ${device}, 1 at once`);
  });

  test("is looked at without being asked, from a file too", async () => {
    const diagnosis = await doctorIn(process.cwd(), ["registry/models/tickets-*.gguf", "--offline"]);
    expect(diagnosis.subjects.map(({ subject }) => subject)).toEqual([
      "environment",
      "tickets-base.gguf (llama)",
      "tickets-tuned.gguf (llama)",
    ]);
    expect(diagnosis.findings.filter(({ check }) => check === "prompt.text")).toHaveLength(2);
    expect(diagnosis.findings.some(({ check }) => check === "model.reply")).toBe(false);
  });

  test("fails for a second start token", async () => {
    const diagnosis = await withTemplate(`{{ '<s><s>' }}${ticketsTemplate}`);
    expect(failsOf(diagnosis)).toMatchObject([
      { check: "prompt.double-start", says: "begins with the start token <s> 2 times: the model was trained to see one" },
    ]);
    expect(diagnosis.code).toBe(1);
  });

  test("takes a template that writes the start token itself", async () => {
    const diagnosis = await withTemplate(`{{ bos_token }}${ticketsTemplate}`);
    expect(foundBy(diagnosis, "prompt.start").level).toBe("ok");
    expect(diagnosis.code).toBe(0);
  });

  test("fails for an end of turn that is no token of the model", async () => {
    expect(failsOf(await withTemplate(chatml))).toMatchObject([
      {
        check: "prompt.turn",
        says: expect.stringMatching(
          /ends a reply with <\|im_end\|>, which is no token of this model but \d+ pieces of plain text/,
        ),
      },
    ]);
  });

  test("fails for an end of turn that ends nothing", async () => {
    const closing = ticketsTemplate.replace("'<|end|>'", "'<|user|>'");
    expect(failsOf(await withTemplate(closing, ["--offline"]))).toMatchObject([
      {
        check: "prompt.turn",
        says: expect.stringContaining("ends a reply with <|user|>, but the model's file does not count it as an end"),
      },
    ]);
  });

  test("warns of a template that ends no turn, and of a reply that does not end", async () => {
    const open =
      "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";
    const diagnosis = await withTemplate(open);
    expect(foundBy(diagnosis, "prompt.turn")).toMatchObject({
      level: "warn",
      says: expect.stringContaining("writes no end token"),
    });
  });

  test("warns of samples whose text spells a control token", async () => {
    const row = { input: [{ role: "user", content: "What does <|end|> mean, and <br>?" }], ideal: "end" };
    const diagnosis = await diagnose(`{ class: llama, args: { model: "${tuned}" } }`, {
      args: ["--eval", "spelled", "--offline"],
      files: {
        "registry/data/rows.jsonl": `${JSON.stringify(row)}\n`,
        "registry/evals/e.yaml":
          "spelled: { id: spelled.x.v1 }\nspelled.x.v1: { class: match, args: { samples_jsonl: rows.jsonl } }\n",
      },
    });
    expect(foundBy(diagnosis, "prompt.spelled")).toMatchObject({
      level: "warn",
      says: expect.stringContaining("spells <|end|>: plain text"),
    });
  });

  test("says what is wrong with a file that is none", async () => {
    const diagnosis = await diagnose("{ class: llama, args: { model: broken.gguf } }", {
      files: { "registry/models/broken.gguf": "<!doctype html>" },
    });
    expect(failsOf(diagnosis)).toMatchObject([
      { check: "model", code: "model.file-invalid", says: expect.stringContaining("like a web page") },
    ]);
  });
});

describe("doctor with a training config", () => {
  test("points at the first difference to how training wrote prompts, and at tokens that the model lacks", async () => {
    const diagnosis = await doctorIn(process.cwd(), ["tickets-tuned", "--offline", "--training-config", config]);
    expect(foundBy(diagnosis, "training.template")).toMatchObject({
      level: "fail",
      says: expect.stringContaining("(conversation: chatml, of leaderboard_code_gen_data_trainset11.jsonl)"),
      detail: [
        "training   <|im_start|>system↵Answer with one w",
        "inference  <|system|>Answer with one word.<|end",
        "             ^",
      ],
    });
    expect(foundBy(diagnosis, "training.end")).toMatchObject({
      level: "fail",
      says: "training ended replies with <|im_end|>, which is no token of this model",
    });
    expect(foundBy(diagnosis, "training.config").says).toContain("type: sharegpt");
    expect(diagnosis.code).toBe(1);
  });

  test("finds only the vocabulary wrong where the template is that of the training", async () => {
    const diagnosis = await withTemplate(chatml, ["--offline", "--training-config", config]);
    expect(foundBy(diagnosis, "training.template")).toMatchObject({
      level: "ok",
      says: expect.stringContaining("as training did"),
    });
    expect(foundBy(diagnosis, "training.end").level).toBe("fail");
  });

  test.each([
    {
      name: "a Jinja template in a file",
      more: "chat_template: jinja\nchat_template_jinja: t.jinja\n",
      type: "chat_template",
      level: "ok",
      says: /as training did/,
    },
    { name: "the base model's own template", more: "", type: "chat_template", level: "ok", says: /template of tickets-base/ },
    { name: "alpaca rows", more: "", type: "alpaca", level: "fail", says: /otherwise than training did \(type: alpaca/ },
    { name: "plain texts", more: "", type: "completion", level: "fail", says: /otherwise than training did \(type: completion/ },
    { name: "a format of its own", more: "", type: "input_output", level: "warn", says: /not known here \(type: input_output/ },
    {
      name: "a template that is not known here",
      more: "chat_template: exaone\n",
      type: "chat_template",
      level: "warn",
      says: /not known here \(chat_template: exaone/,
    },
  ])("knows $name", async ({ more, type, level, says }) => {
    using scratch = scratchFolder();
    writeFiles(scratch.path, {
      "t.jinja": ticketsTemplate,
      "train.yml": `base_model: tickets-base\n${more}datasets:\n  - path: rows.jsonl\n    type: ${type}\nspecial_tokens: { eos_token: "<|end|>" }\n`,
    });
    const diagnosis = await doctorIn(scratch.path, [tuned, "--offline", "--training-config", "train.yml"]);
    expect(foundBy(diagnosis, "training.template")).toMatchObject({ level, says: expect.stringMatching(says) });
    expect(foundBy(diagnosis, "training.end")).toMatchObject({
      level: "ok",
      says: "training ended replies with <|end|>, which ends them here too",
    });
  });
});

describe("doctor of a llama-server", () => {
  test("shows the prompt as the server renders it, and compares it with the training", async () => {
    const server = await startFakeLlamaServer({ model: tuned });
    try {
      const diagnosis = await doctorIn(process.cwd(), [`llama-server:${server.origin}`, "--training-config", config]);
      expect(foundBy(diagnosis, "model.place").says).toMatch(/^chat at 127\.0\.0\.1:\d+, 4 at once$/);
      expect(foundBy(diagnosis, "model.served").says).toBe("served by tickets-tuned.gguf, fingerprint b1-de3ff81");
      expect(foundBy(diagnosis, "prompt.text").detail).toEqual([
        "<s><|system|>Answer with one word.<|end|><|user|>Name a colour.<|end|><|assistant|>",
      ]);
      expect(foundBy(diagnosis, "prompt.turn").says).toContain("a reply ends with <|end|>");
      expect(foundBy(diagnosis, "training.template").level).toBe("fail");
    } finally {
      await server.close();
    }
  });

  test("fails for a start token that template and tokenizer both write", async () => {
    const ids = new Map([
      ["<s>", 1],
      ["</s>", 2],
      ["[INST]", 3],
      ["[/INST]", 4],
    ]);
    const pieces = (text: string, parse: boolean) =>
      text.split(/(<s>|<\/s>|\[\/?INST\])/).flatMap((piece) => {
        if (piece === "") return [];
        const id = parse ? ids.get(piece) : undefined;
        return id === undefined ? [...piece].map((one) => ({ id: 100 + one.charCodeAt(0), piece: one })) : [{ id, piece }];
      });
    const mock = await server(({ path, body }) => {
      const messages = (body.messages ?? []) as { role: string; content: string }[];
      const rendered = messages
        .map(({ role, content }) => (role === "assistant" ? `${content}</s>` : `[INST]${content}[/INST]`))
        .join("");
      const cut = pieces(String(body.content ?? ""), body.parse_special === true);
      const tokens = [...(body.add_special === true ? [{ id: 1, piece: "<s>" }] : []), ...cut];
      const answers: { [path: string]: unknown } = {
        "/health": { status: "ok" },
        "/props": {
          default_generation_settings: { n_ctx: 512 },
          total_slots: 1,
          model_path: "/home/someone/m.gguf",
          chat_template: "t",
          eos_token: "</s>",
        },
        "/v1/models": { data: [{ meta: { n_vocab: 1024 } }] },
        "/lora-adapters": [],
        "/apply-template": { prompt: `<s>${rendered}` },
        "/tokenize": { tokens: body.with_pieces === true ? tokens : tokens.map(({ id }) => id) },
        "/v1/chat/completions": chatReply("red"),
      };
      return path in answers ? { json: answers[path] } : { status: 404, json: { error: { message: "File Not Found" } } };
    });
    const diagnosis = await doctorIn(process.cwd(), [`llama-server:${mock.origin}`]);
    expect(failsOf(diagnosis)).toMatchObject([{ check: "prompt.double-start", says: expect.stringContaining("<s> 2 times") }]);
    expect(foundBy(diagnosis, "prompt.turn").says).toBe("a reply ends with </s>, which ends generation");
    expect(diagnosis.stdout).not.toContain("someone");
  });
});
