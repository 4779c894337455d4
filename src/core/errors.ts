/** Where in a user's file something went wrong; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** What each code ends a command with. `docs/errors.md` lists every code with its remedy; a test keeps the two the same. */
export const exitCodes = {
  "cli.usage": 2,
  "registry.unknown-name": 2,
  "registry.invalid": 2,
  "registry.cycle": 2,
  "registry.not-portable": 2,
  "data.invalid": 2,
  "data.missing": 2,
  "data.lfs-pointer": 2,
  "data.duplicate-id": 2,
  "model.capability": 2,
  "model.key-missing": 2,
  "model.file-invalid": 2,
  "install.peer-missing": 2,
  "plugin.invalid": 2,
  "run.resume-mismatch": 2,
  "run.locked": 2,
  "run.corrupt": 2,
  "run.format-newer": 2,
  "run.not-found": 2,
  "baseline.refused": 2,
  "provider.unreachable": 3,
  "provider.auth": 3,
  "provider.rate": 3,
  "provider.server": 3,
  "provider.timeout": 3,
  "provider.reply": 3,
  "provider.rejected": 3,
  "provider.context-exceeded": 3,
  "cache.unusable": 2,
  "cache.miss": 3,
  "run.too-many-errors": 3,
  "run.budget-spent": 3,
  "run.disk": 3,
  "score.failed": 3,
  "score.sample-invalid": 3,
  "score.judge-unparsed": 3,
  "score.judges-split": 3,
  "score.no-logprobs": 3,
  "gate.rule-invalid": 2,
  "gate.no-rules": 2,
  "run.early-fail": 1,
  "run.interrupted": 130,
  internal: 70,
} as const satisfies Record<string, number>;

/** Stable and greppable, area first. */
export type ErrorCode = keyof typeof exitCodes;

export interface ErrorMore {
  readonly where?: Place | undefined;
  /** What to do next, one sentence. */
  readonly hint?: string | undefined;
  /** Known names close to the one that was not found. */
  readonly nearest?: readonly string[] | undefined;
  /** Present iff the same request may be tried again; `after_ms` is what the server asked for. */
  readonly retry?: { readonly after_ms?: number | undefined } | undefined;
  /** HTTP status of the reply, when there was one. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** An error a user can act on, told apart by its code. Anything else that is thrown is a defect of ours. */
export class FinegaugeError extends Error {
  readonly code: ErrorCode;
  readonly more: ErrorMore;

  constructor(code: ErrorCode, message: string, more: ErrorMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "FinegaugeError";
    this.code = code;
    this.more = more;
  }
}

/** The exit code of a command that ended with this. */
export function exitCodeOf(error: unknown): number {
  return error instanceof FinegaugeError ? exitCodes[error.code] : exitCodes.internal;
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
