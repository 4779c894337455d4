import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CachePlace, cacheFile } from "./cache-place.ts";

const place = (variables: { [name: string]: string }, more: Partial<CachePlace> = {}): CachePlace => ({
  environment: { variables },
  ...more,
});
const all = { FINEGAUGE_CACHE: "/env", XDG_CACHE_HOME: "/xdg" };

test.each<{ what: string; at: CachePlace; platform?: NodeJS.Platform; is: string }>([
  { what: "the command line", at: place(all, { dir: "/line", settings: "/yaml" }), is: "/line" },
  { what: "then the environment", at: place(all, { settings: "/yaml" }), is: "/env" },
  { what: "then finegauge.yaml", at: place({ XDG_CACHE_HOME: "/xdg" }, { settings: "/yaml" }), is: "/yaml" },
  { what: "then the desktop's folder", at: place({ XDG_CACHE_HOME: "/xdg", FINEGAUGE_CACHE: "" }), is: "/xdg/finegauge" },
  { what: "else that of Linux", at: place({}), platform: "linux", is: join(homedir(), ".cache/finegauge") },
  { what: "of a Mac", at: place({}), platform: "darwin", is: join(homedir(), "Library/Caches/finegauge") },
])("the cache is where $what says", ({ at, platform, is }) => {
  expect(cacheFile(at, platform)).toBe(join(is, "replies.db"));
});
