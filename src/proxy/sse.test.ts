import fc from "fast-check";
import { expect, test } from "vitest";
import { eventData } from "./sse.ts";

test.each([
  { name: "one event", text: "data: a\n\n", events: ["a"] },
  { name: "no space behind the colon, one of two taken", text: "data:a\n\ndata:  b\n\n", events: ["a", " b"] },
  { name: "several lines of data", text: "data: a\ndata: b\n\n", events: ["a\nb"] },
  { name: "names, ids and comments", text: ": hello\nevent: x\nid: 1\ndata: a\n\n", events: ["a"] },
  { name: "carriage returns", text: "data: a\r\n\r\ndata: b\r\n\r\n", events: ["a", "b"] },
  { name: "no empty line at the end", text: "data: a\n\ndata: b", events: ["a", "b"] },
  { name: "nothing", text: "\n\n: ping\n\n", events: [] },
])("reads $name", ({ text, events }) => {
  const reader = eventData();
  expect([...reader.feed(text), ...reader.rest()]).toEqual(events);
});

test("property: however a stream is cut into pieces, its events are the same", () => {
  const line = fc.constantFrom("data: a", "data:", "data: {}", ": c", "event: x", "", "\r", "odd");
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(60)), (lines, cuts) => {
      const text = lines.join("\n");
      const whole = eventData();
      const pieces = eventData();
      const places = [...new Set([0, ...cuts.map((at) => Math.min(at, text.length)), text.length])].sort((a, b) => a - b);
      const found = places.slice(1).flatMap((end, at) => pieces.feed(text.slice(places[at], end)));
      expect([...found, ...pieces.rest()]).toEqual([...whole.feed(text), ...whole.rest()]);
    }),
  );
});
