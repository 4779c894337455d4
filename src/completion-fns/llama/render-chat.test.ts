import { resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { LocalModel, Turn } from "./local-model.ts";
import { sharedRuntime } from "./runtime.ts";

const opened: LocalModel[] = [];
afterAll(() => Promise.all(opened.map((model) => model.close())));

async function open(template: string): Promise<LocalModel> {
  const file = resolve("registry/models/tickets-tuned.gguf");
  const runtime = await sharedRuntime(false);
  const model = await runtime.open({ file, lora: [], threads: 1, offload: false, contextTokens: 64, template });
  opened.push(model);
  return model;
}

/** The text of what is rendered, for templates without special tokens of this vocabulary. */
async function rendered(template: string, turns: readonly Turn[]): Promise<string> {
  const { renderChat, bytes } = await open(template);
  return Buffer.concat(renderChat(turns).map((token) => bytes(token))).toString();
}

const system = (text: string): Turn => ({ role: "system", text });
const user = (text: string): Turn => ({ role: "user", text });
const assistant = (text: string): Turn => ({ role: "assistant", text });

const plain =
  "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
/** As Gemma's: no system messages, and users and assistants in turn. */
const strict = `{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[model]{% endif %}`;
/** As Mistral's: what the system says goes into the last user message. */
const merging = `{% if messages[0].role == 'system' %}{% set s = messages[0].content + '; ' %}{% set rest = messages[1:] %}{% else %}{% set s = '' %}{% set rest = messages %}{% endif %}{% for m in rest %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if m.role == 'user' %}[INST]{{ s if loop.last else '' }}{{ m.content }}[/INST]{% else %}{{ m.content }}.{% endif %}{% endfor %}`;
/** As tool-use templates, which loop over tools without asking whether there are any. */
const tooled = `{% for tool in tools %}{{ tool }}{% endfor %}${plain}`;

describe("chatRenderer", () => {
  test.each([
    { name: "plain", template: plain, turns: [system("S"), user("a"), user("b")], text: "[system]S[user]a[user]b[assistant]" },
    { name: "plain", template: plain, turns: [system("S")], text: "[system]S[assistant]" },
    {
      name: "plain",
      template: plain,
      turns: [assistant("a"), assistant("  b"), user("")],
      text: "[assistant]a[assistant]  b[user][assistant]",
    },
    { name: "tooled", template: tooled, turns: [system("S"), user("a")], text: "[system]S[user]a[assistant]" },
    {
      name: "strict",
      template: strict,
      turns: [user("a"), assistant("b"), user("c")],
      text: "[user]a[assistant]b[user]c[model]",
    },
    { name: "strict", template: strict, turns: [system("S"), user("a")], text: "[user]S\na[model]" },
    { name: "strict", template: strict, turns: [system("S")], text: "[user]S[model]" },
    { name: "merging", template: merging, turns: [system("S"), user("a")], text: "[INST]S; a[/INST]" },
    { name: "merging", template: merging, turns: [user("a"), assistant("b"), user("c")], text: "[INST]a[/INST]b.[INST]c[/INST]" },
  ])("renders with the $name template: $text", async ({ template, turns, text }) => {
    expect(await rendered(template, turns)).toBe(text);
  });

  test.each([
    { name: "strict", template: strict, turns: [user("a"), user("b")], says: /in turn/ },
    { name: "merging", template: merging, turns: [user("a"), user("b")], says: /in turn/ },
  ])("passes on that the $name template refuses two messages of the user in a row", async ({ template, turns, says }) => {
    await expect(rendered(template, turns)).rejects.toThrow(says);
  });

  test.each([
    { template: "{% for m in messages %}" },
    { template: "{{ raise_exception('never') }}" },
    { template: "no messages" },
  ])("refuses the template $template", async ({ template }) => {
    await expect(open(template)).rejects.toMatchObject({
      code: "model.file-invalid",
      more: { hint: expect.stringContaining("chat_template") },
    });
  });
});
