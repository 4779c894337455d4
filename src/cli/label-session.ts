/** Where a person sits: keys in, text out. */
export interface Desk {
  /** Keys, one character or several at a time; its end is the end of the session. */
  readonly keys: AsyncIterable<string | Uint8Array>;
  write(text: string): void;
  /** Each question on a page of its own. */
  readonly clears: boolean;
}

export interface Session<Said extends string> {
  readonly size: number;
  /** What is asked at a place. */
  show(at: number): Promise<string> | string;
  /** What was said there before; undefined = nothing yet. */
  said(at: number): Said | undefined;
  /** By key. */
  readonly choices: { readonly [key: string]: Said };
  /** The line that says which keys there are. */
  readonly help: string;
  record(at: number, said: Said): void;
  /** Takes the last answer back, by the key u: where it was given, undefined when there is none. */
  undo?(): number | undefined;
}

/** @returns whether all is answered: false when the person stopped before */
export async function holdSession<Said extends string>(session: Session<Said>, desk: Desk): Promise<boolean> {
  const { size, choices } = session;
  let at = nextOpen(-1);
  if (at === size) return true;
  await ask();
  for await (const key of keysIn(desk.keys)) {
    if (key === "q" || key === "\u0003" || key === "\u0004") break;
    const said = Object.hasOwn(choices, key) ? choices[key] : undefined;
    if (key === "u" && session.undo !== undefined) at = session.undo() ?? at;
    else if (key === "b" && at > 0) at--;
    else if (said !== undefined) {
      desk.write(`${said}\n`);
      session.record(at, said);
      at = nextOpen(at);
      if (at === size) return true;
    } else if (key.trim() === "") continue;
    else {
      desk.write(`${session.help}\n> `);
      continue;
    }
    await ask();
  }
  desk.write("\n");
  return nextOpen(-1) === size;

  /** The next place without an answer; behind the last one, the first that was left out. */
  function nextOpen(from: number): number {
    for (let place = from + 1; place < size; place++) if (session.said(place) === undefined) return place;
    for (let place = 0; place < Math.min(from, size); place++) if (session.said(place) === undefined) return place;
    return size;
  }

  async function ask(): Promise<void> {
    const before = session.said(at);
    const again = before === undefined ? "" : ` (you said ${before})`;
    desk.write(
      `${desk.clears ? "\u001b[2J\u001b[H" : "\n"}[${at + 1} of ${size}]${again}\n${await session.show(at)}\n${session.help}\n> `,
    );
  }
}

/** Single keys, small; an arrow or another key that sends several characters is none of ours. */
async function* keysIn(chunks: Desk["keys"]): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal sends them
    for (const key of text.replace(/\u001b(\[[0-9;]*[A-Za-z~]|.)?/g, "")) yield key.toLowerCase();
  }
}

/** The terminal that this process runs in; lets go of it when the session is over. Keys may come from a pipe too. */
export function terminalDesk(): Desk & { close(): void } {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stdin.setRawMode(true);
  return {
    keys: stdin,
    // What is asked is no result.
    write: (text) => void stderr.write(text),
    clears: stdin.isTTY === true && stderr.isTTY === true,
    close() {
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
      stdin.unref?.();
    },
  };
}
