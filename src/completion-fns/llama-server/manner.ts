/** How prompts are put to a server. */
export interface Manner {
  readonly mode: "chat" | "raw";
  readonly text_role: "system" | "user";
  readonly extra_options: { readonly [name: string]: unknown };
}
