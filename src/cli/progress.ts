import { styleText } from "node:util";
import { counted, dollars, duration, percent, short } from "./numbers.ts";
import { tame } from "./table.ts";

/** What a run's progress line shows at one moment. */
export interface Snapshot {
  readonly done: number;
  readonly total: number;
  readonly errors: number;
  readonly tokens: number;
  readonly accuracy: number | null;
  readonly cost: number | undefined;
  /** Requests at once, where that adapts. */
  readonly width?: number | undefined;
  /** Until requests go on, since the server said to wait. */
  readonly waitMs?: number | undefined;
}

/** A stream that progress is drawn on. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Draws how far a run is, until it is stopped. */
export interface ProgressLine {
  /** Takes the line away, e.g. to print something else; it comes back by itself. */
  clear(): void;
  stop(): void;
}

const redrawMs = 100;
const plainMs = 10_000;
/** Shorter waits would only flicker. */
const leastWaitMs = 2000;

/**
 * On a terminal one line that is drawn again ten times a second; elsewhere a plain line every ten seconds.
 *
 * @param snapshot asked by a timer, never per sample
 */
export function startProgress(
  label: string,
  snapshot: () => Snapshot,
  screen: Screen,
  now: () => number = () => performance.now(),
): ProgressLine {
  const live = screen.isTTY === true;
  const startedAt = now();
  const first = snapshot().done;
  let shown = false;
  let rate: number | undefined;
  let before = { at: startedAt, done: first };

  const text = () => {
    const state = snapshot();
    const at = now();
    const seconds = (at - before.at) / 1000;
    if (seconds >= 0.5) {
      const latest = (state.done - before.done) / seconds;
      // Recent speed counts most, so that the estimate follows a server that slows down.
      rate = rate === undefined ? latest : rate + (1 - Math.exp(-seconds / 10)) * (latest - rate);
      before = { at, done: state.done };
    }
    return describe(label, state, rate ?? (state.done - first) / Math.max(0.001, (at - startedAt) / 1000));
  };
  const clear = () => {
    if (shown) screen.write("\r\u001b[K");
    shown = false;
  };
  const draw = () => {
    if (!live) {
      screen.write(`${text()}\n`);
      return;
    }
    screen.write(`\r\u001b[K${text().slice(0, Math.max(20, (screen.columns ?? 80) - 1))}`);
    shown = true;
  };
  const timer = setInterval(draw, live ? redrawMs : plainMs);
  timer.unref();
  return {
    clear,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

function describe(label: string, state: Snapshot, rate: number): string {
  const left = state.total - state.done;
  const parts = [
    `${label}  ${state.done}/${state.total}`,
    `${rate < 10 ? rate.toFixed(1) : short(rate)}/s`,
    state.width === undefined ? undefined : `${state.width} at a time`,
    state.waitMs !== undefined && state.waitMs >= leastWaitMs
      ? `waiting ${duration(state.waitMs)}, told to by the server`
      : undefined,
    left > 0 && rate > 0 ? `${duration((left / rate) * 1000)} left` : undefined,
    state.accuracy === null ? undefined : `${percent(state.accuracy)} right`,
    state.errors > 0 ? counted(state.errors, "error") : undefined,
    state.tokens > 0 ? `${short(state.tokens)} tokens` : undefined,
    state.cost === undefined ? undefined : dollars(state.cost),
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** A dim line on stderr; nothing under --quiet. */
export function note(text: string, options: { quiet?: boolean | undefined }): void {
  if (!options.quiet) process.stderr.write(`${styleText("dim", tame(text), { stream: process.stderr })}\n`);
}
