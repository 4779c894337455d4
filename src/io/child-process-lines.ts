import { StringDecoder } from "node:string_decoder";
import { FinegaugeError } from "../core/errors.ts";
import { type Bag, isBag } from "../core/json.ts";
import { type Child, type ChildOptions, startChild } from "./child-process.ts";

export interface LineProcessOptions extends ChildOptions {
  /** For one answer; a program that takes longer is ended. */
  readonly timeoutMs: number;
}

/** A program that answers questions, one JSON object a line, and is kept alive between them; started again when it ends. */
export interface LineProcess {
  /** Starts it, unless it runs. Throws FinegaugeError `provider.unreachable`. */
  start(): Promise<void>;
  /**
   * Sends a question under an `id` of its own and gives the answer with that `id`, whatever came before.
   *
   * @throws FinegaugeError `provider.reply`, `provider.timeout`, `run.interrupted`
   */
  ask(question: Bag, signal: AbortSignal): Promise<Bag>;
  close(): Promise<void>;
}

interface Pending {
  resolve(answer: Bag): void;
  reject(error: FinegaugeError): void;
}

const maxRestarts = 3;
const longestLine = 64 * 1024 * 1024;

export function lineProcess(options: LineProcessOptions): LineProcess {
  const program = options.argv[0];
  const pending = new Map<number, Pending>();
  /** Since the last answer. */
  let starts = 0;
  let lastId = 0;
  let running: Promise<Child> | undefined;
  let current: Child | undefined;
  let closed = false;
  /** How the program last ended, in its own words. */
  let lastWords = "";
  /** What went wrong while nobody waited: the next question gets it. */
  let complaint: FinegaugeError | undefined;

  const failAll = (error: FinegaugeError) => {
    for (const each of pending.values()) each.reject(error);
    pending.clear();
  };

  const start = (): Promise<Child> => {
    if (running !== undefined) return running;
    if (starts > maxRestarts) {
      return Promise.reject(
        new FinegaugeError("provider.reply", `${program} ended ${starts} times without an answer${lastWords}`),
      );
    }
    starts++;
    closed = false;
    const starting = startChild(options);
    running = starting;
    starting.then(watch, () => {
      running = undefined;
      starts--;
    });
    return starting;
  };

  const watch = (child: Child) => {
    current = child;
    readLines(child, (line) => {
      const answer = parse(line);
      const id = Number(answer?.id);
      const waiting = pending.get(id);
      if (answer !== undefined && waiting !== undefined) {
        starts = 1;
        waiting.resolve(answer);
        return;
      }
      // An answer to a question that timed out or was stopped is of no use to anybody.
      const late = id > 0 && id <= lastId;
      if (!late) complain(line);
    });
    void child.gone.then((how) => {
      running = undefined;
      current = undefined;
      lastWords = `; the last time it ${how}${said(child)}`;
      if (!closed) failAll(ended(child, how));
    });
  };

  const ended = (child: Child, how: string) =>
    new FinegaugeError("provider.reply", `${program} ${how} before it answered${said(child)}`, { retry: {} });

  const complain = (line: string) => {
    const shown = JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}…` : line);
    const error = new FinegaugeError("provider.reply", `${program} wrote a line that is no answer: ${shown}`, {
      hint: 'standard output is for lines like {"id":1,"text":"…"}; print everything else to standard error',
    });
    if (pending.size === 0) complaint = error;
    failAll(error);
  };

  return {
    start: async () => {
      await start();
    },
    ask: async (question, signal) => {
      if (signal.aborted) throw stopped();
      const child = await start();
      if (child !== current) throw ended(child, await child.gone);
      if (complaint !== undefined) {
        const error = complaint;
        complaint = undefined;
        throw error;
      }
      const id = ++lastId;
      return new Promise<Bag>((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", stop);
          pending.delete(id);
        };
        const fail = (error: FinegaugeError) => {
          settle();
          reject(error);
        };
        const stop = () => fail(stopped());
        const timer = setTimeout(() => {
          fail(
            new FinegaugeError("provider.timeout", `${program} did not answer in ${options.timeoutMs / 1000} s${said(child)}`, {
              retry: {},
            }),
          );
          // Whatever it hangs on, the questions behind would wait for too.
          void child.stop();
        }, options.timeoutMs);
        signal.addEventListener("abort", stop, { once: true });
        pending.set(id, {
          resolve: (answer) => {
            settle();
            resolve(answer);
          },
          reject: fail,
        });
        child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
      });
    },
    close: async () => {
      closed = true;
      failAll(stopped());
      const child = await running?.catch(() => undefined);
      // The end of its input is the polite way to say that no more questions come.
      child?.stdin.end();
      await child?.stop();
      running = undefined;
    },
  };
}

const stopped = () => new FinegaugeError("run.interrupted", "the run was stopped");

function said(child: Child): string {
  const tail = child.stderrTail();
  return tail === "" ? "" : `; its last words: ${tail}`;
}

function parse(line: string): Bag | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isBag(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Splits at newlines only: `readline` would also split at U+2028, which JSON may contain. */
function readLines(child: Child, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let held = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (held + decoder.write(chunk)).split("\n");
    held = lines.pop() ?? "";
    if (held.length > longestLine) {
      onLine(held);
      held = "";
    }
    for (const line of lines) if (line.trim() !== "") onLine(line);
  });
}
