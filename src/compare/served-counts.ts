import type { Served } from "../core/completion.ts";
import type { EndLine } from "../core/run-line.ts";

/** A server that names itself anew in each reply must not fill the memory. */
const most = 100;

/** Who answered, and how often; beyond 100 different ones the rest are counted as `others`. */
export function servedCounts(): { add(served: Served): void; read(): EndLine["served"] } {
  const list: { served: Served; n: number }[] = [];
  let others = 0;
  let last: { served: Served; n: number } | undefined;
  return {
    add(served) {
      if (last === undefined || !same(last.served, served)) {
        last = undefined;
        for (const one of list) if (same(one.served, served)) last = one;
        if (last === undefined) {
          if (list.length === most) {
            others++;
            return;
          }
          last = { served, n: 0 };
          list.push(last);
        }
      }
      last.n++;
    },
    read() {
      const read = list.map(({ served, n }) => ({ ...served, n }));
      read.sort((a, b) => b.n - a.n || (nameOf(a) < nameOf(b) ? -1 : 1));
      return others === 0 ? read : [...read, { model: "others", n: others }];
    },
  };
}

function same(a: Served, b: Served): boolean {
  return a.model === b.model && a.fingerprint === b.fingerprint && a.build === b.build;
}

function nameOf({ model = "", fingerprint = "", build = "" }: Served): string {
  return `${model}\n${fingerprint}\n${build}`;
}
