import { whole } from "../../core/figures.ts";

/** `1 sample`, `1,200 samples`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}
