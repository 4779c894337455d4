/** What Python's `str.split()` takes for white space, which is not what JavaScript does: U+001C to U+001F and U+0085, but not U+FEFF. */
const space = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

export function pythonSplit(text: string): string[] {
  return text.split(space).filter((word) => word !== "");
}



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
