import { FinegaugeError } from "../../../core/errors.ts";
import { parseCsv } from "../csv.ts";
import { dateParts } from "./date-parts.ts";
import type { ChatExport } from "./export-message.ts";
import { csvHeader } from "./is-export.ts";
import { isSystemText } from "./system-text.ts";

/**
 * A CSV export.
 *
 * @throws FinegaugeError `data.invalid`
 */
export function parseDiscordCsv(text: string, file: string): ChatExport {
  const [, ...records] = parseCsv(text.replace(/^\ufeff/, ""), { file, delimiter: "," });
  const messages = records.map(({ line, fields }) => {
    const [id = "", author = "", date = "", content = "", attachments = "", reactions = ""] = fields;
    const seconds = dateParts(date)?.seconds;
    if (fields.length < 4 || seconds === undefined) {
      throw new FinegaugeError("data.invalid", "the row has no author, date and content", {
        where: { file, line },
        hint: `columns: ${csvHeader}`,
      });
    }
    return {
      line,
      date,
      seconds,
      author,
      alsoCalled: [id].filter((one) => one !== ""),
      pinned: false,
      content: content.replaceAll("\r\n", "\n").trim(),
      attachments: attachments.split(",").filter((one) => one !== ""),
      embeds: [],
      stickers: [],
      reactions: [...reactions.matchAll(/([^,]+?) \((\d+)\)/g)].map(([, emoji = "", count]) => ({
        emoji: emoji.trim(),
        count: Number(count),
      })),
      forwarded: null,
      system: isSystemText(content.trim()),
    };
  });
  return { header: {}, footerCount: undefined, messages, mentioned: [] };
}
