import type { Capabilities } from "../core/completion.ts";

/** How many requests may be under way at once: with how many to begin, and between which two to look for the right number. */
export interface WidthBounds {
  readonly start: number;
  readonly least: number;
  /** The same as `least`: the width is fixed. */
  readonly most: number;
}

/** Of a model that does not say how much it takes: with how many requests at once to begin, and between which to look for the best. */
const hosted: WidthBounds = { start: 20, least: 4, most: 100 };

/**
 * Requests at once, never more than the model can answer. What was asked for is kept to; otherwise the run adapts.
 *
 * @param asked undefined = auto
 * @param began where an earlier session of the run had got to
 */
export function widthOf(
  asked: number | undefined,
  { concurrency_max, concurrency_start = hosted.start }: Pick<Capabilities, "concurrency_max" | "concurrency_start">,
  began = concurrency_start,
): WidthBounds {
  const atMost = (width: number) => Math.max(1, Math.min(width, concurrency_max ?? Number.POSITIVE_INFINITY));
  if (asked !== undefined) return { start: atMost(asked), least: atMost(asked), most: atMost(asked) };
  const most = Math.max(1, concurrency_max ?? hosted.most);
  const least = atMost(hosted.least);
  return { start: Math.max(least, Math.min(most, began)), least, most };
}

/** Finds out how many requests at once serve best. */
export interface WidthControl {
  /** The width now. */
  readonly now: number;
  /** Narrowest and widest so far. */
  readonly least: number;
  readonly most: number;
  /** As many requests are under way as may be: a width that nobody fills is not worth widening. */
  filled(): void;
  /** @param began when the request was sent, ms @param ms how long its reply took */
  replied(began: number, ms: number): void;
  /**
   * The server has too much to do, or says so.
   *
   * @returns whether that was news: what was sent before the last narrowing belongs to the crowd that it was narrowed for
   */
  congested(began: number, now: number): boolean;
}

const narrowing = 0.75;
const widening = 1.5;
/** Replies that take so many times as long as those of the fastest round come out of a queue: one more would only stand in it too. */
const queueing = 1.5;
const step = 4;

/**
 * Additive increase, multiplicative decrease. It goes by rounds of as many replies as the width: half as wide again each round until
 * the server first has too much, from then on four more a round; a quarter less on congestion, once for each crowd. It widens only while
 * the width is used and replies do not slow down with it, so that a server which answers one by one is not asked a hundred at once.
 *
 * @see Chiu & Jain 1989; Jacobson 1988 for the start; Brakmo & Peterson 1995 for delay as a sign
 */
export function widthControl({ start, least, most }: WidthBounds): WidthControl {
  let width = start;
  let [narrowest, widest] = [start, start];
  let narrowedAt = Number.NEGATIVE_INFINITY;
  let changedAt = Number.NEGATIVE_INFINITY;
  let fastest = Number.POSITIVE_INFINITY;
  let [replies, total, used] = [0, 0, false];

  function set(to: number, now: number): void {
    width = Math.max(least, Math.min(most, to));
    narrowest = Math.min(narrowest, width);
    widest = Math.max(widest, width);
    changedAt = now;
  }

  function newRound(): void {
    [replies, total, used] = [0, 0, false];
  }

  return {
    get now() {
      return width;
    },
    get least() {
      return narrowest;
    },
    get most() {
      return widest;
    },
    filled() {
      used = true;
    },
    replied(began, ms) {
      // What was sent under another width says nothing about this one.
      if (least === most || began < changedAt) return;
      total += ms;
      if (++replies < width) return;
      const mean = total / replies;
      fastest = Math.min(fastest, mean);
      if (used && mean <= queueing * fastest) {
        set(narrowedAt === Number.NEGATIVE_INFINITY ? Math.ceil(width * widening) : width + step, began + ms);
      }
      newRound();
    },
    congested(began, now) {
      if (began <= narrowedAt) return false;
      narrowedAt = now;
      set(Math.floor(width * narrowing), now);
      newRound();
      return true;
    },
  };
}
