import { appendFileSync } from "node:fs";
import { diskError } from "../io/disk-error.ts";
import { tame } from "./table.ts";

/** Says a line as `oaieval` logs it: `[2026-11-20 10:15:00,123] [oaieval] accuracy: 0.5`. */
export type OaievalLog = (text: string) => void;

/**
 * @param file in place of stderr; lines are put behind those that it has
 * @throws FinegaugeError `run.disk`
 */
export function oaievalLog(file: string | undefined): OaievalLog {
  const write = (text: string) => {
    if (file === undefined) return void process.stderr.write(text);
    try {
      appendFileSync(file, text);
    } catch (error) {
      throw diskError(file, error);
    }
  };
  write("");
  return (text) => write(`[${localTime(new Date())}] [oaieval] ${tame(text)}\n`);
}

function localTime(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  return `${day} ${time},${String(now.getMilliseconds()).padStart(3, "0")}`;
}
