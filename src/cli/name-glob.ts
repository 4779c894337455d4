/** Does a text ask for several names: it has a `*` or a `?` in it. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** Matches whole names: `*` is any text, `?` one character, everything else itself. */
export function nameGlob(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  const regExp = new RegExp(`^${source}$`, "su");
  return (name) => regExp.test(name);
}

/** Matches an eval by its concrete name, or by what that begins with: `tickets`, `tickets.heldout`, `tick*`. */
export function evalGlob(pattern: string): (name: string) => boolean {
  const fits = nameGlob(pattern);
  return (name) => {
    for (let stop = name.length; stop > 0; stop = name.lastIndexOf(".", stop - 1)) if (fits(name.slice(0, stop))) return true;
    return false;
  };
}
