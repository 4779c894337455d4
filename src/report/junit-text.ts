import { visible } from "../page/index.ts";

/** Text between tags. XML 1.0 has no place for most control characters, not even as references; `visible` names them instead. */
export function escaped(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A parser turns line feeds and tabs in attributes into spaces unless they are written as references. */
export function attribute(text: string): string {
  return escaped(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
