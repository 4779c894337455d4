import { FinegaugeError } from "../../src/core/errors.ts";
import type { RateLimits } from "../../src/core/rate-limits.ts";
import { type StartGate, startGate } from "../../src/engine/start-gate.ts";
import type { WidthBounds } from "../../src/engine/width.ts";

/** Takes a request, or says after how many ms it would. */
export type Limiter = (now: number) => "taken" | number;

/** Ways in which servers allow so many requests a second. */
export const limiters = {
  /** A second's worth may be saved up. */
  bucket: (perSecond: number): Limiter => bucket(perSecond, perSecond),
  /** Hardly anything may. */
  leaky: (perSecond: number): Limiter => bucket(perSecond, 2),
  "sliding window": (perSecond: number): Limiter => {
    const taken: number[] = [];
    return (now) => {
      while (taken[0] !== undefined && taken[0] <= now - 1000) taken.shift();
      if (taken.length >= perSecond) return (taken[0] as number) + 1000 - now;
      taken.push(now);
      return "taken";
    };
  },
  "fixed window": (perSecond: number): Limiter => {
    let [second, taken] = [-1, 0];
    return (now) => {
      const current = Math.floor(now / 1000);
      if (current !== second) [second, taken] = [current, 0];
      return ++taken > perSecond ? (current + 1) * 1000 - now : "taken";
    };
  },
} as const;

function bucket(perSecond: number, most: number): Limiter {
  let [left, at] = [most, 0];
  return (now) => {
    left = Math.min(most, left + ((now - at) * perSecond) / 1000);
    at = now;
    if (left < 1) return ((1 - left) / perSecond) * 1000;
    left--;
    return "taken";
  };
}

/** What servers say about a wait of `ms`. */
export const tellings = {
  exactly: (ms: number) => Math.ceil(ms),
  "in whole seconds": (ms: number) => Math.max(1, Math.ceil(ms / 1000)) * 1000,
  "by a date": (ms: number, now: number) => Math.ceil((now + ms + 300) / 1000) * 1000 - 300 - now,
  "not at all": () => undefined,
} as const;

export interface Simulation {
  readonly requests: number;
  readonly limiter: Limiter;
  /** How long the nth refusal asks to wait. */
  tell(ms: number, now: number, nth: number): number | undefined;
  readonly latencyMs: number;
  /** Requests are late by up to so much, each by another time. */
  readonly jitterMs?: number;
  readonly width?: WidthBounds;
  readonly random: () => number;
  /** What stands in the headers of a reply. */
  limits?(now: number): RateLimits;
}

export interface Simulated {
  readonly ms: number;
  readonly refusals: number;
  readonly gate: StartGate;
  /** Times at which requests started, and the pauses that were told: none may start in one. */
  readonly starts: readonly number[];
  readonly told: readonly { readonly from: number; readonly to: number }[];
}

/** A run against a server that is a function, in time that is a number. */
export function simulate({ requests, limiter, tell, latencyMs, jitterMs = 0, random, limits, ...more }: Simulation): Simulated {
  const gate = startGate(more.width ?? { start: 20, least: 4, most: 100 }, random);
  const events: { readonly at: number; readonly happens: () => void }[] = [];
  const starts: number[] = [];
  const told: { from: number; to: number }[] = [];
  let [now, waiting, done, refusals, alarm] = [0, requests, 0, 0, 0];

  function after(ms: number, happens: () => void): void {
    const at = now + ms;
    let i = events.length;
    while (i > 0 && (events[i - 1]?.at as number) < at) i--;
    events.splice(i, 0, { at, happens });
  }

  function letIn(): void {
    while (waiting > 0) {
      const ms = gate.wait(now);
      if (ms > 0) {
        const at = now + Math.max(1, Math.ceil(ms));
        if (Number.isFinite(ms) && (alarm <= now || at < alarm)) {
          alarm = at;
          after(at - now, letIn);
        }
        return;
      }
      gate.started(now);
      waiting--;
      starts.push(now);
      const began = now;
      after(1 + jitterMs * random(), () => arrive(began));
    }
  }

  function arrive(began: number): void {
    const verdict = limiter(now);
    const spread = latencyMs * (0.5 + random());
    if (verdict === "taken") {
      after(spread, () => {
        done++;
        if (limits !== undefined) gate.told(limits(now), now);
        gate.replied(began, now, {});
        letIn();
      });
      return;
    }
    after(Math.min(5, spread), () => {
      const ms = tell(verdict, now, refusals++);
      gate.failed(began, now, new FinegaugeError("provider.rate", "busy", { status: 429, retry: { after_ms: ms } }), ms);
      if (ms !== undefined) told.push({ from: now, to: now + ms });
      after((ms ?? 0) + random() * 500, () => {
        waiting++;
        letIn();
      });
      letIn();
    });
  }

  letIn();
  for (let next = events.pop(); next !== undefined && done < requests; next = events.pop()) {
    now = next.at;
    next.happens();
  }
  return { ms: now, refusals, gate, starts, told };
}
