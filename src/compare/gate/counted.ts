import { whole } from "../../core/figures.ts";

/** `1 sample`, `1,200 samples`. */
export function counted(n: number, what: string): string {
  return `${whole(n)} ${what}${n === 1 ? "" : "s"}`;
}
