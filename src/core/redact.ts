/**
 * Shapes of credentials that may turn up in a provider's error message; what `$1` holds stays. Never complete; values we know are
 * removed by name. Each starts at a place that text cannot repeat cheaply, so that hostile text takes no longer than its length, and ends
 * somewhere: no key is as long as the text on which a pattern without end runs out of stack.
 */
export const credentialShapes: readonly RegExp[] = [
  /()\bsk-[A-Za-z0-9_*-]{8,4096}/g,
  /()\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,4096}/g,
  /()\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /()\b(?:xox[abeoprs]-|AIza|glpat-|npm_|hf_|SG\.|(?:sk|rk|pk)_(?:live|test)_|shp(?:at|ca|pa|ss)_|dop_v1_|ya29\.)[A-Za-z0-9._-]{15,4096}[A-Za-z0-9_-]/g,
  /()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{0,4096}/g,
  /\b(Bearer\s{1,8})[A-Za-z0-9._~+/=-]{8,4096}/gi,
  /((?:api[-_]?key|access[-_]?token|secret|password)["']?\s{0,8}[:=]\s{0,8}["']?)[A-Za-z0-9._~+/=-]{8,4096}/gi,
  /(\/\/)[^/\s:@]{1,1024}:[^/\s@]{1,1024}(?=@)/g,
];

/**
 * Takes secrets and places of this machine out of a text that goes to a file or a screen.
 *
 * @param secrets values to remove wherever they stand, e.g. of the API keys in use; short ones are ignored
 * @param folders folders of this machine, e.g. home and working directory; replaced by `~` and `.`
 */
export function redactor(secrets: readonly string[], folders: { home?: string; cwd?: string } = {}): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= 6).flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const values = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const places = [folderPattern(folders.cwd, "."), folderPattern(folders.home, "~")].flat();
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, "[redacted]");
    for (const shape of credentialShapes) clean = clean.replace(shape, "$1[redacted]");
    for (const [folder, short] of places) clean = clean.replace(folder, short);
    return clean;
  };
}

/** A folder wherever it stands whole: `/home/al`, and not the beginning of `/home/alice`. */
function folderPattern(folder: string | undefined, short: string): [RegExp, string][] {
  if (folder === undefined || folder.length <= 1) return [];
  const literal = folder.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return [[new RegExp(`${literal}(?![\\w-])`, "g"), short]];
}
