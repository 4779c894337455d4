import type { Completion } from "../core/completion.ts";
import type { FinegaugeError } from "../core/errors.ts";
import type { RateLimits } from "../core/rate-limits.ts";
import type { Clock } from "./clock.ts";
import { type StartGate, startGate } from "./start-gate.ts";
import type { Stop } from "./stop.ts";
import type { WidthBounds } from "./width.ts";

/** Requests to one server, each started when its turn has come. Whoever enters leaves by `replied`, `failed` or `dropped`. */
export interface Pace {
  /**
   * @param again it was sent before: it goes first
   * @returns undefined = at once; else, once it is its turn, true, or false after a stop
   */
  enter(again: boolean): Promise<boolean> | undefined;
  replied(began: number, value: unknown): void;
  /** @param told how long the server asks to wait, ms */
  failed(began: number, failure: FinegaugeError, told: number | undefined): void;
  dropped(): void;
  told(limits: RateLimits): void;
  readonly gate: Pick<StartGate, "replies" | "width" | "pausedUntil" | "found">;
}

export interface PaceSetup {
  readonly width: WidthBounds;
  readonly clock: Clock;
  readonly stop: Stop;
  /** In [0, 1). */
  readonly random: () => number;
  /** Under a stop that lets things finish, those in the queue may start still, as long as nobody was told to wait. */
  readonly finishes?: boolean | undefined;
}

const nothing = {};

export function openPace({ width, clock, stop, random, finishes = false }: PaceSetup): Pace {
  const gate = startGate(width, random);
  const queue: ((go: boolean) => void)[] = [];
  let alarm: { readonly at: number; readonly off: AbortController } | undefined;

  function silence(): void {
    const { off } = alarm ?? {};
    alarm = undefined;
    off?.abort();
  }

  function refuseAll(): void {
    for (const answer of queue.splice(0)) answer(false);
    silence();
  }
  stop.drop.addEventListener("abort", refuseAll);
  stop.drain.addEventListener("abort", () => (finishes ? letIn() : refuseAll()));

  function letIn(): void {
    while (queue.length > 0) {
      const now = clock.monotonic();
      const ms = gate.wait(now);
      if (ms === Number.POSITIVE_INFINITY) return;
      if (ms > 0) {
        // Time that nobody would wait for: a stop is on.
        if (stop.drain.aborted) refuseAll();
        else wakeAt(now, ms);
        return;
      }
      gate.started(now);
      queue.shift()?.(true);
    }
    silence();
  }

  function wakeAt(now: number, ms: number): void {
    const at = now + ms;
    if (alarm !== undefined && alarm.at <= at) return;
    silence();
    const mine = { at, off: new AbortController() };
    alarm = mine;
    void clock.sleep(Math.max(1, Math.ceil(ms)), mine.off.signal).then(() => {
      if (alarm !== mine) return;
      alarm = undefined;
      letIn();
    });
  }

  return {
    gate,
    enter(again) {
      if (queue.length === 0) {
        const now = clock.monotonic();
        if (gate.wait(now) === 0) {
          gate.started(now);
          return undefined;
        }
      }
      return new Promise((resolve) => {
        if (again) queue.unshift(resolve);
        else queue.push(resolve);
        letIn();
      });
    },
    replied(began, value) {
      gate.replied(began, clock.monotonic(), (value ?? nothing) as Partial<Completion>);
      letIn();
    },
    failed(began, failure, told) {
      gate.failed(began, clock.monotonic(), failure, told);
      letIn();
    },
    dropped() {
      gate.dropped();
      letIn();
    },
    told(limits) {
      gate.told(limits, clock.monotonic());
    },
  };
}
