import { isAbsolute, relative, sep } from "node:path";

/** A path as messages show it: relative to the working directory for what is inside it. */
export function showPath(file: string, cwd: string): string {
  const inside = relative(cwd, file);
  if (inside === "") return ".";
  const shown = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? file : inside;
  return sep === "/" ? shown : shown.replaceAll(sep, "/");
}
