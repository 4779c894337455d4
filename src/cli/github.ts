import { appendFileSync } from "node:fs";
import { messageOf } from "../core/errors.ts";
import { logLine } from "./log-line.ts";
import { oneLine } from "./table.ts";

export interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
}

export interface GitHubNews {
  readonly annotations: readonly Annotation[];
  /** For the job's summary; only made where there is one. */
  markdown(): Promise<Iterable<string> | AsyncIterable<string>>;
  /** What is missing where the summary cannot be written: `the verdict is`. */
  readonly what: string;
}

type Env = { readonly [name: string]: string | undefined };

/** What GitHub Actions shows beside a pull request: annotations, and a part of the job's summary. Elsewhere nothing. */
export async function tellGitHub(news: GitHubNews, environment: Env, write: (text: string) => void): Promise<void> {
  if (environment.GITHUB_ACTIONS === "true") for (const one of news.annotations) write(`${annotationLine(one)}\n`);
  const summary = environment.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === "") return;
  const parts: string[] = [];
  for await (const part of await news.markdown()) parts.push(part);
  try {
    appendFileSync(summary, parts.join(""));
  } catch (error) {
    // What the job hangs on is told elsewhere too.
    write(`warning: ${news.what} not in the job's summary: ${logLine(messageOf(error), 500)}\n`);
  }
}

/** One line; what a model or a file is called must not end it, or begin another. */
function annotationLine({ level, title, message }: Annotation): string {
  const data = (text: string) => oneLine(text, 2000).replaceAll("%", "%25");
  return `::${level} title=${data(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${data(message)}`;
}
