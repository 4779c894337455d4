import { expect, test } from "vitest";
import { logLine } from "./log-line.ts";

test.each([
  { text: "::error::all is well", line: ":·:error::all is well" },
  { text: "\u001b[2K  ::stop-commands::x", line: ":·:stop-commands::x" },
  { text: "\n::set-output name=a::b", line: ":·:set-output name=a::b" },
  { text: "new ##[error]x", line: "new #·#[error]x" },
  { text: "a::b\r\nc", line: "a::b c" },
])("a log takes $text for no command", ({ text, line }) => {
  expect(logLine(text, 100)).toBe(line);
});
