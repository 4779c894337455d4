import { describe, expect, test } from "vitest";
import { labelReader } from "./labels.ts";

const read = labelReader({ network: ["net", "connection"], disk: [], C: [], "C++": ["cpp"], no: ["none", "disk"] });
const startsWith = (reply: string) => read((answer) => reply.startsWith(answer));
const contains = (reply: string) => read((answer) => reply.includes(answer));

describe("labelReader", () => {
  test.each([
    ["network", "network"],
    ["network, I think", "network"],
    ["connection lost", "network"],
    ["net", "network"],
    ["C++", "C++"],
    ["C", "C"],
    ["cpp", "C++"],
    ["none", "no"],
    // Label and alias of another one: it is itself.
    ["disk", "disk"],
  ])("a scorer of beginnings reads %j as %s", (reply, label) => {
    expect(startsWith(reply)).toBe(label);
  });

  test.each(["", "Network", " network", "the disk"])("and no label in %j, since it would not accept it as an answer", (reply) => {
    expect(startsWith(reply)).toBeUndefined();
  });

  test("a reply that fits several labels says none", () => {
    expect(contains("it is the network")).toBe("network");
    expect(contains("network or connection")).toBe("network");
    expect(contains("not the network: cpp")).toBeUndefined();
  });
});
