import fc from "fast-check";
import { expect, test } from "vitest";
import { idLedger } from "./id-ledger.ts";

test("every pair of equal ids is suspected, and no suspicion stays when there is none", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 60 }), (ids) => {
      const ledger = idLedger();
      for (const id of ids) ledger.add(id);
      const equal = [...ledger.suspects()].filter(([a, b]) => ids[a] === ids[b]).map(String);
      const expected = ids.flatMap((id, b) => ids.slice(0, b).flatMap((other, a) => (other === id ? [`${a},${b}`] : [])));
      expect(equal.sort()).toEqual(expected.sort());
    }),
  );
});

test("a hundred thousand ids that differ in a digit or in length give no suspicion", () => {
  const ledger = idLedger();
  for (let i = 0; i < 50_000; i++) {
    ledger.add(`eval.dev.${i}`);
    ledger.add(`eval.dev.0${i}`);
  }
  expect([...ledger.suspects()]).toEqual([]);
});
