import type { CommonOptions } from "./context.ts";

export interface DataLeaksOptions extends CommonOptions {
  readonly within?: boolean;
  readonly write?: string;
  readonly max?: number;
  readonly maxShare?: number;
  readonly show: number;
  readonly force?: boolean;
}

/** More findings than are allowed; none are, unless the command line says otherwise. */
export function exceeds(found: number, of: number, { max, maxShare }: Pick<DataLeaksOptions, "max" | "maxShare">): boolean {
  return maxShare === undefined ? found > (max ?? 0) : found > maxShare * of;
}
