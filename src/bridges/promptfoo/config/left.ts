/** Something of a config that does not go over. */
export interface Left {
  /** Where it stands: `tests[2].assert[0]`. */
  readonly at: readonly (string | number)[];
  /** Why, in one sentence. */
  readonly why: string;
  /** Without it other replies would be right, or other questions asked. */
  readonly matters: boolean;
}

/** A path as people write it: `tests[2].assert[0]`. */
export function shownPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
