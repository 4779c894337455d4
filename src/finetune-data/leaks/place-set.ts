/** Hashes with the place at which each came first. */
interface PlaceSet {
  clear(): void;
  /** false: it was there. Places must not fall. */
  add(key: number, place: number): boolean;
  /** Its place, or -1. */
  find(key: number): number;
  readonly size: number;
  /** How many of them came before a place. */
  countBefore(place: number): number;
}

/** Used again for each text: emptied in no time, and as large as the largest so far. */
export function placeSet(): PlaceSet {
  let capacity = 4096;
  let keys = new Int32Array(capacity);
  let places = new Uint32Array(capacity);
  let rounds = new Uint32Array(capacity);
  let round = 1;
  let size = 0;
  /** The places, which are in order. */
  let order = new Uint32Array(capacity / 2);
  const grow = () => {
    const old = { keys, places, rounds };
    capacity *= 2;
    keys = new Int32Array(capacity);
    places = new Uint32Array(capacity);
    rounds = new Uint32Array(capacity);
    const longer = new Uint32Array(capacity / 2);
    longer.set(order);
    order = longer;
    for (let at = 0; at < old.keys.length; at++) {
      if (old.rounds[at] !== round) continue;
      let to = (old.keys[at] as number) & (capacity - 1);
      while (rounds[to] === round) to = (to + 1) & (capacity - 1);
      keys[to] = old.keys[at] as number;
      places[to] = old.places[at] as number;
      rounds[to] = round;
    }
  };
  return {
    clear() {
      round++;
      size = 0;
    },
    add(key, place) {
      if (size * 2 >= capacity) grow();
      let at = key & (capacity - 1);
      while (rounds[at] === round) {
        if (keys[at] === key) return false;
        at = (at + 1) & (capacity - 1);
      }
      keys[at] = key;
      places[at] = place;
      rounds[at] = round;
      order[size++] = place;
      return true;
    },
    find(key) {
      let at = key & (capacity - 1);
      while (rounds[at] === round) {
        if (keys[at] === key) return places[at] as number;
        at = (at + 1) & (capacity - 1);
      }
      return -1;
    },
    get size() {
      return size;
    },
    countBefore(place) {
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((order[middle] as number) < place) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
