import { expect, test } from "vitest";
import { passedOn, secretsOf } from "./headers.ts";

test("what is said to the next machine alone is not passed on, and the rest keeps order, case and repetition", () => {
  const raw = ["X-B", "1", "Connection", "close, X-Hop", "x-hop", "2", "Transfer-Encoding", "chunked", "x-b", "3", "Host", "h"];
  expect(passedOn(raw, ["host"])).toEqual(["X-B", "1", "x-b", "3"]);
});

test.each([
  { name: "a bearer key", raw: ["Authorization", "Bearer sk-1234567"], path: "/", secret: "sk-1234567" },
  { name: "Azure's key", raw: ["api-key", "abcdef123"], path: "/", secret: "abcdef123" },
  { name: "any key", raw: ["X-Corp-Token", "abcdef123"], path: "/", secret: "abcdef123" },
  { name: "a cookie's value", raw: ["cookie", "a=1; session=abcdef123"], path: "/", secret: "abcdef123" },
  { name: "a key in the query", raw: [], path: "/x?api-key=abc%2Fdef123", secret: "abc/def123" },
])("knows $name for a secret", ({ raw, path, secret }) => {
  expect(secretsOf(raw, path)).toContain(secret);
});

test("takes no word for a secret that stands in every text", () => {
  expect(secretsOf(["Authorization", "Bearer x", "content-type", "application/json"], "/v1?api-version=2024-10-21")).toEqual([
    "Bearer x",
  ]);
});
