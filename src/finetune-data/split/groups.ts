/** Rows that have to stay together, known by their places from 0. */
export interface Groups {
  /** The next row, in a group of its own. */
  add(): number;
  /** @returns false: they were together before */
  join(one: number, other: number): boolean;
  /** The first row of its group. */
  of(row: number): number;
  readonly rows: number;
}

/** Disjoint sets, 4 bytes a row. The first row stands for its group, so that the order of joining changes nothing. */
export function groups(): Groups {
  let parents = new Int32Array(1024);
  let rows = 0;
  const of = (row: number) => {
    let at = row;
    while (parents[at] !== at) {
      const above = parents[parents[at] as number] as number;
      parents[at] = above;
      at = above;
    }
    return at;
  };
  return {
    add() {
      if (rows === parents.length) {
        const longer = new Int32Array(rows * 2);
        longer.set(parents);
        parents = longer;
      }
      parents[rows] = rows;
      return rows++;
    },
    join(one, other) {
      const [a, b] = [of(one), of(other)];
      if (a === b) return false;
      parents[Math.max(a, b)] = Math.min(a, b);
      return true;
    },
    of,
    get rows() {
      return rows;
    },
  };
}
