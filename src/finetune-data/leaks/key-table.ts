/** Whole numbers up to 2^53 with a value each: 24 to 48 bytes, where a `Map` takes twice that and ends at 16 million. */
interface KeyTable {
  /** -1 for a key that is not there. */
  get(key: number): number;
  set(key: number, value: number): void;
}

/** Open addressing, at most half full. Keys are hashes, values whole numbers of 32 bits; no value is -1. */
export function keyTable(): KeyTable {
  let capacity = 1024;
  let keys = new Float64Array(capacity).fill(-1);
  let values = new Int32Array(capacity);
  let size = 0;
  const slotOf = (key: number) => {
    let slot = ((key % 4294967296) | 0) & (capacity - 1);
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
    return slot;
  };
  return {
    get(key) {
      const slot = slotOf(key);
      return keys[slot] === -1 ? -1 : (values[slot] as number);
    },
    set(key, value) {
      if (size * 2 >= capacity) {
        const old = { keys, values };
        capacity *= 2;
        keys = new Float64Array(capacity).fill(-1);
        values = new Int32Array(capacity);
        for (let at = 0; at < old.keys.length; at++) {
          if (old.keys[at] === -1) continue;
          const slot = slotOf(old.keys[at] as number);
          keys[slot] = old.keys[at] as number;
          values[slot] = old.values[at] as number;
        }
      }
      const slot = slotOf(key);
      if (keys[slot] === -1) size++;
      keys[slot] = key;
      values[slot] = value;
    },
  };
}
