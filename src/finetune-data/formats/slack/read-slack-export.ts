import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError } from "../../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../../core/json.ts";
import type { Person } from "../../pseudonyms.ts";

/** What somebody wrote, as Slack exports it. */
export interface SlackEvent {
  readonly channel: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  /** An id. */
  readonly user: string;
  readonly text: string;
  /** When the thread began that it stands in. */
  readonly thread: string | undefined;
  /** File and place in it. */
  readonly origin: string;
}

export interface SlackExport {
  /** In the order of time, of all channels. */
  readonly events: readonly SlackEvent[];
  /** By id. */
  readonly people: ReadonlyMap<string, Person>;
  /** What tells this workspace from others. */
  readonly workspace: string;
}

/**
 * A folder with a folder for each channel, in it a file for each day. What is not a message of a person, such as that somebody joined, is
 * left out.
 *
 * @throws FinegaugeError `data.invalid`
 */
export function readSlackExport(folder: string): SlackExport {
  const users = bagsOf(readJson(join(folder, "users.json")), join(folder, "users.json"));
  const people = new Map(
    users.flatMap((user) => (typeof user.id === "string" ? [[user.id, personOf(user.id, user)] as const] : [])),
  );
  const events: SlackEvent[] = [];
  for (const channel of readdirSync(folder).sort()) {
    if (!statSync(join(folder, channel)).isDirectory()) continue;
    for (const day of readdirSync(join(folder, channel)).sort()) {
      if (!day.endsWith(".json")) continue;
      const file = join(folder, channel, day);
      for (const [at, event] of bagsOf(readJson(file), file).entries()) {
        const said = eventOf(event, channel, `${channel}/${day}:${at + 1}`);
        if (said === undefined) continue;
        events.push(said);
        if (!people.has(said.user)) people.set(said.user, { name: said.user, alsoCalled: [] });
      }
    }
  }
  const [first] = users;
  return { events: events.sort((a, b) => a.seconds - b.seconds), people, workspace: String(first?.team_id ?? first?.id ?? "") };
}

function eventOf({ subtype, user, text, ts, thread_ts }: Bag, channel: string, origin: string): SlackEvent | undefined {
  if (subtype !== undefined || typeof user !== "string" || typeof text !== "string" || typeof ts !== "string") return undefined;
  const seconds = Number(ts);
  if (Number.isNaN(seconds)) return undefined;
  return { channel, seconds, user, text, thread: typeof thread_ts === "string" ? thread_ts : undefined, origin };
}

function personOf(id: string, user: Bag): Person {
  const profile = isBag(user.profile) ? user.profile : {};
  const real = [user.real_name, profile.real_name].filter((one) => typeof one === "string");
  const others = [...real, profile.display_name].filter((one): one is string => typeof one === "string" && one !== "");
  const name = typeof user.name === "string" && user.name !== "" ? user.name : id;
  return { name, alsoCalled: [id, ...others], partsOfName: real.flatMap((one) => one.split(/\s+/)) };
}

function readJson(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as Json;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FinegaugeError(
      missing ? "data.missing" : "data.invalid",
      missing ? `there is no file ${file}` : "the file is no JSON",
      {
        where: { file },
        hint: "a Slack export, unpacked: users.json, and a folder for each channel",
        cause,
      },
    );
  }
}

function bagsOf(value: Json, file: string): Bag[] {
  if (Array.isArray(value)) return (value as readonly Json[]).filter(isBag);
  throw new FinegaugeError("data.invalid", "the file is no JSON array", { where: { file } });
}
