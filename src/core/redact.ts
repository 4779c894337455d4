/** Shapes of credentials that may turn up in a provider's error message. Never complete; values we know are removed by name. */
const shapes: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_*-]{8,}/g,
  /\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /(?<=\bBearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=\b(?:api[-_]?key|access[-_]?token|secret)["']?\s*[:=]\s*["']?)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g,
];

/**
 * Takes secrets and places of this machine out of a text that goes to a file or a screen.
 *
 * @param secrets values to remove wherever they stand, e.g. of the API keys in use; short ones are ignored
 * @param folders folders of this machine, e.g. home and working directory; replaced by `~` and `.`
 */
export function redactor(secrets: readonly string[], folders: { home?: string; cwd?: string } = {}): (text: string) => string {
  const values = secrets.filter((secret) => secret.length >= 6).sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, "[redacted]");
    for (const shape of shapes) clean = clean.replace(shape, "[redacted]");
    if (folders.cwd !== undefined && folders.cwd.length > 1) clean = clean.replaceAll(folders.cwd, ".");
    if (folders.home !== undefined && folders.home.length > 1) clean = clean.replaceAll(folders.home, "~");
    return clean;
  };
}
