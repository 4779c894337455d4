/** Where something stands in a file, in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans by owner, in the order in which they were added; 20 bytes each, in flat arrays. */
export interface LinkedSpans {
  /** @param owner whole number from 0, close together */
  add(owner: number, span: Span): void;
  of(owner: number): Span[];
}

const none = 0xffffffff;

export function linkedSpans(): LinkedSpans {
  let places = new Float64Array(2048);
  let next = new Uint32Array(1024);
  let size = 0;
  const first: number[] = [];
  const last: number[] = [];
  return {
    add(owner, { start, end }) {
      if (size === next.length) {
        const [smallerPlaces, smallerNext] = [places, next];
        places = new Float64Array(size * 4);
        next = new Uint32Array(size * 2);
        places.set(smallerPlaces);
        next.set(smallerNext);
      }
      places[size * 2] = start;
      places[size * 2 + 1] = end;
      next[size] = none;
      const before = last[owner];
      if (before === undefined) first[owner] = size;
      else next[before] = size;
      last[owner] = size++;
    },
    of(owner) {
      const spans: Span[] = [];
      for (let at = first[owner] ?? none; at !== none; at = next[at] as number) {
        spans.push({ start: places[at * 2] as number, end: places[at * 2 + 1] as number });
      }
      return spans;
    },
  };
}
