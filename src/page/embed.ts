import type { PageData } from "./page-data.ts";

const placeholder = '"FINEGAUGE_DATA"';

/** The page with its data: one file that needs nothing else. @throws when the shell has no place for data */
export function embed(shell: string, data: PageData): string {
  const [before, after, ...rest] = shell.split(placeholder);
  if (before === undefined || after === undefined || rest.length > 0)
    throw new Error(`the page needs ${placeholder} exactly once`);
  return before + scriptSafe(JSON.stringify(data)) + after;
}

// Inside a script element `</script` and `<!--` end or change the parsing; JSON may write `<` as an escape anywhere it can stand.
function scriptSafe(json: string): string {
  return json.replace(/[<>\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
