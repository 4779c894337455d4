import { parseDocument } from "yaml";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import type { Conversation, ConversationRow, Turn } from "../conversation.ts";
import type { Format } from "./format.ts";

/** promptfoo's test cases, in its config or in a file of their own: each prompt with its variables filled in, and what it has to equal. */
export const promptfoo: Format = {
  *read(source) {
    const { prompts, tests, vars } = partsOf(parsed(source), source.name);
    let line = 0;
    for (const test of tests) {
      for (const prompt of prompts) {
        line++;
        const made = isBag(test) ? ofTest(test, prompt, vars) : { fault: "is no object" };
        yield "fault" in made ? { line, fault: made.fault } : ({ line, conversation: made } satisfies ConversationRow);
      }
    }
  },
};

type Fault = { readonly fault: string };

function parsed(source: TextSource): Json {
  const document = parseDocument(source.text());
  const [error] = document.errors;
  if (error === undefined) return document.toJS() as Json;
  throw new FinegaugeError("data.invalid", `the file is no YAML: ${error.message.split("\n", 1)[0]}`, {
    where: { file: source.name, line: error.linePos?.[0].line, column: error.linePos?.[0].col },
  });
}

interface Parts {
  /** undefined: the only variable is what is asked. */
  readonly prompts: readonly (string | undefined)[];
  readonly tests: readonly Json[];
  /** Of all tests. */
  readonly vars: Bag;
}

function partsOf(value: Json, file: string): Parts {
  const config: Bag = isBag(value) ? value : { tests: value };
  const { tests, prompts, defaultTest } = config;
  if (!Array.isArray(tests)) {
    const elsewhere = typeof tests === "string";
    throw new FinegaugeError("data.invalid", elsewhere ? `the tests stand in another file: ${tests}` : "the file has no tests", {
      where: { file },
      hint: elsewhere ? "import that file" : "tests: is a list of vars with asserts",
    });
  }
  const listed = (Array.isArray(prompts) ? (prompts as readonly Json[]) : prompts === undefined ? [] : [prompts]).map(
    (prompt) => {
      const text = isBag(prompt) ? prompt.raw : prompt;
      if (typeof text === "string" && !/^(file|exec):\/\/|\.(txt|json|ya?ml|js|ts|py|md)$/.test(text)) return text;
      throw new FinegaugeError("data.invalid", `a prompt stands in another file: ${JSON.stringify(text ?? prompt)}`, {
        where: { file },
        hint: "put its text into prompts",
      });
    },
  );
  const common = isBag(defaultTest) && isBag(defaultTest.vars) ? defaultTest.vars : {};
  return { prompts: listed.length === 0 ? [undefined] : listed, tests: tests as readonly Json[], vars: common };
}

function ofTest({ vars, assert, description, metadata }: Bag, prompt: string | undefined, common: Bag): Conversation | Fault {
  const filled: Bag = { ...common, ...(isBag(vars) ? vars : {}) };
  const asserts = (Array.isArray(assert) ? (assert as readonly Json[]) : []).filter(isBag);
  const right = asserts.flatMap(({ type, value }) => (type === "equals" && value !== undefined ? [textOf(value)] : []));
  const [ideal, ...others] = right;
  if (ideal === undefined) return { fault: "has no assert of what the answer equals" };
  const asked = prompt === undefined ? onlyValue(filled) : rendered(prompt, filled);
  if (typeof asked !== "string") return asked;
  return {
    messages: [...turnsOf(asked), { role: "assistant", content: ideal }],
    ...(others.length > 0 && { answers: others }),
    more: {},
    metadata: { ...(isBag(metadata) && metadata), ...(typeof description === "string" && { description }) },
  };
}

function onlyValue(vars: Bag): string | Fault {
  const values = Object.values(vars);
  const [value] = values;
  if (value === undefined || values.length > 1)
    return { fault: `has ${values.length} vars, and the file no prompt to put them into` };
  return textOf(value);
}

/** The names of variables alone, without what else nunjucks can do. */
function rendered(prompt: string, vars: Bag): string | Fault {
  const missing = new Set<string>();
  const text = prompt.replaceAll(/\{\{-?\s*([\w.]+)\s*-?\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
    if (value === undefined || Array.isArray(value)) missing.add(name);
    return textOf(value ?? "");
  });
  const [first] = missing;
  if (first !== undefined) return { fault: `has no single value for the variable ${JSON.stringify(first)}` };
  // What stands in values is nobody's template.
  return /\{[{%]/.test(prompt.replaceAll(/\{\{-?\s*[\w.]+\s*-?\}\}/g, ""))
    ? { fault: "has a prompt with more than names of variables" }
    : text;
}

/** A prompt may be the JSON of a chat. */
function turnsOf(prompt: string): Turn[] {
  const user: Turn[] = [{ role: "user", content: prompt }];
  if (!prompt.trimStart().startsWith("[")) return user;
  try {
    const chat = JSON.parse(prompt) as Json;
    if (!Array.isArray(chat)) return user;
    const turns = (chat as readonly Json[]).filter(isBag).flatMap(({ role, content }): Turn[] => {
      const known = role === "system" || role === "user" || role === "assistant";
      return known && typeof content === "string" ? [{ role, content }] : [];
    });
    return turns.length === chat.length && turns.length > 0 ? turns : user;
  } catch {
    return user;
  }
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
