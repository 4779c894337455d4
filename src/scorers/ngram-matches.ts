/** A sequence of words or characters, each as a number of its own. */
export type Codes = Int32Array;

/**
 * How many n-grams of a sequence are in the references too, for n from 1 to `order`; each as often as it is in the reference that has it
 * most often.
 *
 * The references' n-grams make a tree, which the sequence is walked through: nothing is stored for n-grams that nobody is to find.
 */
export function ngramMatches(said: Codes, references: readonly Codes[], order: number): readonly number[] {
  const items = references.reduce((sum, { length }) => sum + length, 0);
  const tree = ngramTree(items * order);
  const { left } = tree;
  // Of one reference there is nothing to compare, so its n-grams are counted where they are looked for.
  const counted = references.length === 1 ? left : tree.counted;
  for (const codes of references) {
    for (let start = 0; start < codes.length; start++) {
      let node = 0;
      const end = Math.min(start + order, codes.length);
      for (let at = start; at < end; at++) {
        node = tree.child(node, codes[at] as number, true);
        (counted[node] as number)++;
      }
    }
    if (counted !== left) tree.keepMost();
  }

  const matches = new Array<number>(order).fill(0);
  for (let start = 0; start < said.length; start++) {
    let node = 0;
    const end = Math.min(start + order, said.length);
    for (let at = start; at < end; at++) {
      node = tree.child(node, said[at] as number, false);
      if (node === 0) break;
      if (left[node] === 0) continue;
      (left[node] as number)--;
      (matches[at - start] as number)++;
    }
  }
  return matches;
}

/** n-grams in a sequence of so many items. */
export function ngramCount(length: number, n: number): number {
  return Math.max(0, length - n + 1);
}

/** Numbers words: the same word, the same number, over all the sequences that one numbering is asked about. */
export function wordCodes(): (words: readonly string[]) => Codes {
  const ids = new Map<string, number>();
  return (words) => {
    const codes = new Int32Array(words.length);
    for (let at = 0; at < words.length; at++) {
      const word = words[at] as string;
      let id = ids.get(word);
      if (id === undefined) {
        id = ids.size;
        ids.set(word, id);
      }
      codes[at] = id;
    }
    return codes;
  };
}

/** A text's characters by their code points. */
export function characterCodes(text: string): Codes {
  const codes = new Int32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number;
    if (code > 0xffff) at++;
    codes[length++] = code;
  }
  return codes.subarray(0, length);
}

/**
 * Node 0 is the root. Edges lie in one open hash table of typed arrays: a Map would cost five times as much, for every sample.
 *
 * @param most nodes besides the root
 */
function ngramTree(most: number) {
  const mask = 2 ** Math.ceil(Math.log2(2 * most + 2)) - 1;
  const slots = new Int32Array(mask + 1);
  const parents = new Int32Array(most + 1);
  const codes = new Int32Array(most + 1);
  /** How often a node's n-gram is in the reference at hand, and how often it may still be found. */
  const counted = new Int32Array(most + 1);
  const left = new Int32Array(most + 1);
  let last = 0;
  return {
    counted,
    left,
    /** The node below; 0 when there is none and none is to be made. */
    child(parent: number, code: number, make: boolean): number {
      let slot = ((Math.imul(parent, 0x9e3779b1) + Math.imul(code, 0x85ebca6b)) >>> 9) & mask;
      for (let node = slots[slot] as number; node !== 0; node = slots[slot] as number) {
        if (parents[node] === parent && codes[node] === code) return node;
        slot = (slot + 1) & mask;
      }
      if (!make) return 0;
      last++;
      slots[slot] = last;
      parents[last] = parent;
      codes[last] = code;
      return last;
    },
    keepMost(): void {
      for (let node = 1; node <= last; node++) {
        const count = counted[node] as number;
        if (count > (left[node] as number)) left[node] = count;
        counted[node] = 0;
      }
    },
  };
}
