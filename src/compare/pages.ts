/** 4096 slots a page. */
const pageBits = 12;
const pageSize = 1 << pageBits;

type Page = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A typed array that grows by pages, so that a run of ten samples and one of a million both take what they need. */
export interface Pages {
  get(seq: number): number;
  set(seq: number, value: number): void;
  /** Every slot of every page there is, in order, the blank ones too. */
  forEach(visit: (value: number, seq: number) => void): void;
}

/**
 * @param blank what a slot holds that nobody has set
 */
export function pages(make: (size: number) => Page, blank: number): Pages {
  const list: (Page | undefined)[] = [];
  return {
    get: (seq) => list[seq >>> pageBits]?.[seq & (pageSize - 1)] ?? blank,
    set(seq, value) {
      let page = list[seq >>> pageBits];
      if (page === undefined) {
        page = make(pageSize);
        if (blank !== 0) page.fill(blank);
        list[seq >>> pageBits] = page;
      }
      page[seq & (pageSize - 1)] = value;
    },
    forEach(visit) {
      for (let at = 0; at < list.length; at++) {
        const page = list[at];
        for (let slot = 0; page !== undefined && slot < pageSize; slot++) visit(page[slot] as number, at * pageSize + slot);
      }
    },
  };
}

/** Stands for "not scored" in a page of verdicts. */
const noVerdict = 255;

/** Pages of scores, NaN where there is none. Verdicts, 0 and 1, take one byte; a page that gets another score goes over to eight. */
export function scorePages(): Pages {
  const list: (Uint8Array | Float64Array | undefined)[] = [];
  const read = (page: Uint8Array | Float64Array, slot: number): number => {
    const value = page[slot] as number;
    return page instanceof Uint8Array && value === noVerdict ? Number.NaN : value;
  };
  return {
    get(seq) {
      const page = list[seq >>> pageBits];
      return page === undefined ? Number.NaN : read(page, seq & (pageSize - 1));
    },
    set(seq, value) {
      const at = seq >>> pageBits;
      let page = list[at];
      if (page === undefined) {
        page = new Uint8Array(pageSize).fill(noVerdict);
        list[at] = page;
      }
      if (page instanceof Uint8Array && value !== 0 && value !== 1 && !Number.isNaN(value)) {
        const verdicts = page;
        page = Float64Array.from({ length: pageSize }, (_, slot) => read(verdicts, slot));
        list[at] = page;
      }
      page[seq & (pageSize - 1)] = page instanceof Uint8Array && Number.isNaN(value) ? noVerdict : value;
    },
    forEach(visit) {
      for (let at = 0; at < list.length; at++) {
        const page = list[at];
        for (let slot = 0; page !== undefined && slot < pageSize; slot++) visit(read(page, slot), at * pageSize + slot);
      }
    },
  };
}
