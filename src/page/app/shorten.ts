import { visible } from "../visible.ts";

/** A name that fits where it has to: its middle gives way. */
export function shorten(text: string, longest: number): string {
  const characters = [...visible(text)];
  if (characters.length <= longest) return characters.join("");
  return [...characters.slice(0, Math.ceil(longest / 2)), "…", ...characters.slice(1 - Math.floor(longest / 2))].join("");
}
