import { pythonSplit } from "./python-split.ts";

/**
 * Tokens by the rules of NIST's mteval-v13a, which sacreBLEU uses by default: punctuation stands alone, save points and commas between
 * digits and dashes that follow no digit.
 */
export function tokenize13a(text: string): string[] {
  let line = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (line.includes("&")) {
    // One after the other in this order, so that `&amp;lt;` becomes `<`.
    line = line.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  }
  line = ` ${line} `
    .replace(/[{-~[-` -&(-+:-@/]/g, " $& ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return pythonSplit(line);
}
