/** Of a reply that is one Markdown code block, what is in it; any other reply as it is. */
export function withoutCodeFence(reply: string): string {
  const text = reply.trim();
  const firstBreak = text.indexOf("\n");
  if (!text.startsWith("```") || !text.endsWith("```") || firstBreak < 0 || firstBreak > text.length - 3) return reply;
  return text.slice(firstBreak + 1, -3);
}
