import { type Document, isMap, isNode, isScalar, type Node, type Pair, Scalar, visit, type YAMLMap } from "yaml";

/** A map's own pairs, then those that `<<` merges into it. */
export function pairsOf(map: YAMLMap, document: Document): Pair[] {
  const own = map.items.filter((pair) => !isMerge(pair));
  const names = new Set(own.map(keyText));
  const merged: Pair[] = [];
  for (const pair of map.items.filter(isMerge)) {
    const value = resolved(pair.value, document);
    const sources = isMap(value) ? [value] : ((value as { items?: unknown[] } | null)?.items ?? []);
    for (const source of sources.map((item) => resolved(item, document)).filter((item) => isMap(item))) {
      for (const inner of pairsOf(source, document)) {
        if (names.has(keyText(inner))) continue;
        names.add(keyText(inner));
        merged.push(inner);
      }
    }
  }
  return [...own, ...merged];
}

/** The part of a mapping or a list that a key or an index leads to, through aliases and merges. */
export function childOf(node: unknown, step: PropertyKey, document: Document): { key: unknown; node: unknown } | undefined {
  const target = resolved(node, document);
  if (isMap(target)) {
    const pair = pairsOf(target, document).findLast((one) => keyText(one) === String(step));
    return pair && { key: pair.key, node: pair.value };
  }
  const item = (target as { items?: unknown[] } | null)?.items?.[Number(step)];
  return item === undefined ? undefined : { key: item, node: item };
}

/** A pair whose key stands in its mapping a second time, anywhere inside the node. */
export function repeatedPair(node: unknown): Pair | undefined {
  if (!isNode(node)) return undefined;
  let found: Pair | undefined;
  visit(node, {
    Map(_, map) {
      const names = new Set<string>();
      for (const pair of map.items.filter((one) => !isMerge(one))) {
        if (names.has(keyText(pair))) {
          found = pair;
          return visit.BREAK;
        }
        names.add(keyText(pair));
      }
      return undefined;
    },
  });
  return found;
}

/** What an alias stands for; anything else is itself. */
export function resolved(node: unknown, document: Document): unknown {
  return (node as { resolve?: (document: Document) => unknown } | null)?.resolve?.(document) ?? node;
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === Scalar.PLAIN && pair.key.source === "<<";
}

/** A key as it is written: `1.10` stays `1.10`. */
export function keyText(pair: Pair): string {
  const { key } = pair;
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}

/** Offset of a node's first character. */
export function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
