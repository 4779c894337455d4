/** The first line of a CSV export. */
export const csvHeader = "AuthorID,Author,Date,Content,Attachments,Reactions";

/** Whether DiscordChatExporter wrote a file, by its beginning. */
export function isDiscordExport(head: string): boolean {
  const text = head.replace(/^\ufeff/, "");
  return /^={40,}\r?\nGuild: .*\r?\n/.test(text) || text.startsWith(csvHeader) || /^\s*\{\s*"guild"\s*:\s*\{/.test(text);
}
