import { expect, test } from "vitest";
import { confirmSpending } from "./confirm.ts";

const said: string[] = [];
const answering = (answer: string) => async (question: string) => {
  said.push(question);
  return answer;
};

test.each(["y", "Y", " yes ", "YES"])("goes on after %j", async (answer) => {
  await confirmSpending(3.2, 1, answering(answer));
  expect(said.at(-1)).toBe("This will cost about $3.20. Go on? [y/N] ");
});

test.each(["", "n", "no", "yo", "yesterday"])("does not begin after %j", async (answer) => {
  await expect(confirmSpending(3.2, 1, answering(answer))).rejects.toMatchObject({
    code: "run.interrupted",
    more: { hint: expect.stringContaining("--yes") },
  });
});

test.each([
  { name: "nobody sits at a terminal", usd: 100, above: 1, ask: undefined },
  { name: "it costs no more than that", usd: 1, above: 1, ask: answering("n") },
  { name: "nothing is to be asked about", usd: 0, above: 0, ask: answering("n") },
])("asks nothing where $name", async ({ usd, above, ask }) => {
  await expect(confirmSpending(usd, above, ask)).resolves.toBeUndefined();
});
