/** What a server says of one of its limits. */
export interface Quota {
  /** What it allows in a window of its own choosing. */
  readonly limit?: number | undefined;
  readonly remaining: number;
  /** Until all of it is there again, ms. */
  readonly reset_ms?: number | undefined;
}

/** What a server says of its limits beside a reply of whatever status. */
export interface RateLimits {
  readonly requests?: Quota | undefined;
  readonly tokens?: Quota | undefined;
}
