/** Memory that all exchanges in flight hold together. */
export interface Allowance {
  /** @param held by this exchange so far @returns false: no more, neither for it nor, perhaps, for anybody */
  take(held: number, bytes: number): boolean;
  give(bytes: number): void;
}

const mostOfOne = 64 * 2 ** 20;
const mostOfAll = 256 * 2 ** 20;

export function openAllowance(): Allowance {
  let all = 0;
  return {
    take(held, bytes) {
      if (held + bytes > mostOfOne || all + bytes > mostOfAll) return false;
      all += bytes;
      return true;
    },
    give(bytes) {
      all -= bytes;
    },
  };
}
