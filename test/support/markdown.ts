/** A fenced block of a page. */
export interface Fence {
  /** What stands behind the opening fence: `yaml evals`. */
  readonly info: string;
  readonly text: string;
}

const fence = /^```(?!`)(.*)\n([\s\S]*?)^```$/gm;

export function fencesOf(page: string): readonly Fence[] {
  return [...page.matchAll(fence)].map(([, info = "", text = ""]) => ({ info: info.trim(), text }));
}

export function withoutFences(page: string): string {
  return page.replace(fence, "");
}

/** Without code of any kind. */
function proseOf(page: string): string {
  return withoutFences(page)
    .replace(/^(?: {4}|\t).*$/gm, "")
    .replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, "");
}

/** Targets of the links in a page's prose. */
export function linksOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** What `#…` may lead to, by GitHub's rule. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const titles = [...withoutFences(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** What stands under a heading of the second level, its own third level included. */
export function sectionOf(page: string, title: string): string {
  const parts = page.split(/^(?=## )/m);
  const found = parts.find((part) => part.startsWith(`## ${title}\n`));
  if (found === undefined) throw new Error(`there is no section "${title}"`);
  return found;
}

/** The rows of every table whose first column has this name, by column. */
export function rowsOf(text: string, firstColumn: string): readonly { readonly [column: string]: string }[] {
  const tables = withoutFences(text).match(/(?:^\|.*\|\n?)+/gm) ?? [];
  return tables.flatMap((table) => {
    const [head = [], , ...rows] = table.trim().split("\n").map(cells);
    if (head[0] !== firstColumn) return [];
    return rows.map((row) => Object.fromEntries(head.map((column, at) => [column, row[at] ?? ""])));
  });
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** The text of a cell that is one piece of code. */
export function codeIn(cell: string): string {
  const found = /^(`+)(.+)\1$/.exec(cell)?.[2];
  if (found === undefined) throw new Error(`${cell} is no code`);
  return found;
}

/** All pieces of code in a text. */
export function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}
