import type { Screen } from "./progress.ts";

type Env = { readonly [name: string]: string | undefined };

/** Most CIs set `CI`, some of them on a terminal that nobody sits at. */
export function isCi({ CI }: Env = process.env): boolean {
  return CI !== undefined && !["", "0", "false"].includes(CI.toLowerCase());
}

/** Somebody sits there who can be asked. */
export function isSomebodyThere(env: Env = process.env): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !isCi(env);
}

/** Where progress goes: a line that is drawn again only where somebody looks and the cursor can go back. */
export function statusScreen(env: Env = process.env): Screen {
  const { stderr } = process;
  return {
    isTTY: stderr.isTTY === true && env.TERM !== "dumb" && !isCi(env),
    get columns() {
      return stderr.columns;
    },
    write: (text) => stderr.write(text),
  };
}

/** `--no-color` goes before everything else that is said about colours, also for programs that are started. */
export function withoutColour(args: readonly string[]): string[] {
  const rest = args.filter((arg) => arg !== "--no-color");
  if (rest.length < args.length) {
    process.env.NO_COLOR = "1";
    delete process.env.FORCE_COLOR;
  }
  return rest;
}
