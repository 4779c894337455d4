import { z } from "zod";
import type { Prompt } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import type { PromptViewer, ShownToken } from "../prompt-viewer.ts";
import { chatFor } from "./chat-for.ts";
import type { Manner } from "./manner.ts";
import type { OpenServer } from "./open-server.ts";
import { templateSchema } from "./server-facts.ts";

/** A piece that is no text of its own comes as bytes. */
const piecesSchema = z.object({
  tokens: z.array(z.object({ id: z.number(), piece: z.union([z.string(), z.array(z.number())]) })),
});
const endSchema = z.object({ eos_token: z.string().optional() });

/** What may be the name of a control token, so that only such are asked about: `<s>`, `<|end|>`, `[INST]`. */
const nameLike = /^\s?(?:<[^\s<>]+>|\[[A-Z_/]+\])$/;

export async function viewPrompts(
  server: OpenServer,
  { mode, text_role: textRole }: Omit<Manner, "extra_options">,
): Promise<PromptViewer> {
  const { connection, facts } = server;
  const { signal } = new AbortController();
  const known = new Map<string, boolean>();
  const { eos_token: end } = await connection.ask(endSchema, "/props", undefined, signal);

  const pieces = async (content: string, special: { readonly add: boolean; readonly parse: boolean }) => {
    const body = { content, add_special: special.add, parse_special: special.parse, with_pieces: true };
    const { tokens } = await connection.ask(piecesSchema, "/tokenize", body, signal);
    return tokens.map(({ id, piece }) => ({ id, text: typeof piece === "string" ? piece : Buffer.from(piece).toString("utf8") }));
  };
  const isControl = async (name: string): Promise<boolean> => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const [asToken, asText] = [await pieces(name, { add: false, parse: true }), await pieces(name, { add: false, parse: false })];
    const control = asToken.length === 1 && asToken[0]?.id !== asText[0]?.id;
    known.set(name, control);
    return control;
  };
  const shown = async ({ id, text }: { id: number; text: string }): Promise<ShownToken> => {
    const control = nameLike.test(text) && (await isControl(text));
    return { id, text, control, ends: text === end ? true : control ? undefined : false };
  };
  const allShown = async (content: string, add: boolean): Promise<ShownToken[]> => {
    const tokens: ShownToken[] = [];
    for (const piece of await pieces(content, { add, parse: true })) tokens.push(await shown(piece));
    return tokens;
  };

  const [first] = await allShown("a", true);
  return {
    template: mode === "chat" ? facts.template : undefined,
    start: first?.control ? first : undefined,
    ends: end === undefined || end === "" ? [] : [end],
    tokens: async (prompt: Prompt) => {
      if (mode === "raw") return allShown(toText(prompt), true);
      const messages = chatFor(facts, prompt, textRole);
      const { prompt: text } = await connection.ask(templateSchema, "/apply-template", { messages }, signal);
      return allShown(text, true);
    },
    named: async (name) => {
      if (!(await isControl(name))) return undefined;
      const [token] = await pieces(name, { add: false, parse: true });
      return token && shown(token);
    },
    close: () => server.close(),
  };
}
