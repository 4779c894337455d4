import { existsSync, truncateSync } from "node:fs";
import { z } from "zod";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import { appendTo } from "../../io/append-file.ts";
import { diskError } from "../../io/disk-error.ts";
import { lockFile } from "../../io/file-lock.ts";
import { scanLines } from "../../io/scan-lines.ts";

const format = 1;

/** What a journal is of. */
interface JournalHead {
  readonly type: string;
  /** Of everything that decides an answer; absent: answers of any kind belong together. */
  readonly hash?: string | undefined;
  /** For whoever opens the file. */
  readonly [fact: string]: string | undefined;
}

export interface JournalSetup<Line> {
  readonly file: string;
  readonly head: JournalHead;
  readonly line: z.ZodType<Line>;
  /** Is told every line that is there, in order. */
  readonly saw: (line: Line) => void;
}

/** A file that only grows, locked until it is closed. */
export interface Journal<Line> {
  put(line: Line): void;
  close(): Promise<void>;
}

const headSchema = z.looseObject({ type: z.string(), format: z.number(), hash: z.string().optional() });

/**
 * Reads what a journal has; nothing where there is none. A last line that was cut short is no line.
 *
 * @returns bytes of its whole lines; undefined where there is no head yet
 * @throws FinegaugeError `run.corrupt`, `run.format-newer`, `run.resume-mismatch`
 */
export function readJournal<Line>({ file, head, line, saw }: JournalSetup<Line>): number | undefined {
  if (!existsSync(file)) return undefined;
  let whole: number | undefined;
  for (const { text, number, end, torn } of linesOf(file)) {
    if (torn) break;
    const where = { file, line: number };
    if (whole === undefined) checkHead(parsed(headSchema, text, where), head, file);
    else saw(parsed(line, text, where));
    whole = end;
  }
  return whole;
}

/**
 * Opens a journal to go on with it, or begins one.
 *
 * @param redactLine takes known secrets out of a line
 * @throws FinegaugeError what `readJournal` throws, `run.locked`, `run.disk`
 */
export function openJournal<Line>(setup: JournalSetup<Line>, redactLine: (line: string) => string): Journal<Line> {
  const { file, head } = setup;
  const unlock = lockFile(file);
  try {
    const whole = readJournal(setup);
    if (existsSync(file)) truncateSync(file, whole ?? 0);
    const appender = appendTo(file);
    const put = (line: object) => appender.append(redactLine(`${JSON.stringify(line)}\n`));
    const { type, ...facts } = head;
    if (whole === undefined) put({ type, format, ...facts });
    return {
      put: (line) => put(line as object),
      async close() {
        try {
          await appender.close();
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function checkHead(found: z.infer<typeof headSchema>, { type, hash }: JournalHead, file: string): void {
  const where = { file };
  if (found.type !== type) {
    throw new FinegaugeError("run.corrupt", `it is no journal of ${type}`, { where, hint: "move the file away" });
  }
  if (found.format > format) throw new FinegaugeError("run.format-newer", `${file} was written by a newer version`, { where });
  if (found.hash === hash) return;
  throw new FinegaugeError(
    "run.resume-mismatch",
    "what is answered there was asked otherwise: by another model, or another prompt",
    {
      where,
      hint: "ask as before, or begin anew: another --output, or move the file away",
    },
  );
}

function* linesOf(file: string) {
  try {
    yield* scanLines(file);
  } catch (error) {
    throw error instanceof FinegaugeError || (error as NodeJS.ErrnoException).code === undefined ? error : diskError(file, error);
  }
}

function parsed<Value>(schema: z.ZodType<Value>, text: string, where: { file: string; line: number }): Value {
  const hint = "mend the line, or move the file away to begin anew";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FinegaugeError("run.corrupt", messageOf(error), { where, hint });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new FinegaugeError("run.corrupt", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as it should be"}`, {
    where,
    hint,
  });
}
