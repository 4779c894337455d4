/** Assertions with replies that pass and that do not, as promptfoo 0.123.1 judges them; both sides are tested by this table. */
export const claims: readonly {
  readonly assert: readonly { readonly type: string; readonly value?: unknown; readonly threshold?: number }[];
  readonly passes: readonly string[];
  readonly fails: readonly string[];
}[] = [
  { assert: [{ type: "equals", value: "Oslo" }], passes: ["Oslo"], fails: ["oslo", "Oslo\n", " Oslo", "Oslo.", ""] },
  { assert: [{ type: "equals", value: 4 }], passes: ["4"], fails: ["4.0", "44"] },
  {
    assert: [{ type: "equals", value: { a: [1, { b: null }], c: true } }],
    passes: ['{"c": true, "a": [1.0, {"b": null}]}'],
    fails: [
      '{"c": 1, "a": [1, {"b": null}]}',
      '{"a": [1, {}], "c": true}',
      "no JSON",
      '{"a": [1, {"b": null}], "c": true, "d": 1}',
    ],
  },
  { assert: [{ type: "not-equals", value: "a.c" }], passes: ["abc", "a.c.", "A.C", ""], fails: ["a.c"] },
  { assert: [{ type: "contains", value: "(x|y)" }], passes: ["z (x|y) z", "\n(x|y)"], fails: ["x", "(x | y)"] },
  { assert: [{ type: "not-contains", value: "sorry" }], passes: ["Sorry", ""], fails: ["I am\nsorry."] },
  { assert: [{ type: "icontains", value: "OsLo" }], passes: ["in OSLO\n", "oslo"], fails: ["os lo"] },
  { assert: [{ type: "not-icontains", value: "k Å" }], passes: ["k a"], fails: ["K Å", "\u212a å"] },
  { assert: [{ type: "contains-any", value: ["a.", "b"] }], passes: ["xa.", "b"], fails: ["a", "B"] },
  { assert: [{ type: "contains-any", value: "one, two" }], passes: ["two"], fails: ["on, tw"] },
  { assert: [{ type: "icontains-any", value: ["ONE", "two"] }], passes: ["One", "TWO"], fails: ["three"] },
  { assert: [{ type: "contains-all", value: ["a", "b"] }], passes: ["ba", "a\nb"], fails: ["a", "b", "AB"] },
  { assert: [{ type: "not-contains-all", value: ["a", "b"] }], passes: ["a", ""], fails: ["b\na"] },
  { assert: [{ type: "not-contains-any", value: ["a", "b"] }], passes: ["c", ""], fails: ["b", "ca"] },
  { assert: [{ type: "icontains-all", value: ["A", "b"] }], passes: ["B a"], fails: ["a"] },
  { assert: [{ type: "starts-with", value: "$1" }], passes: ["$1", "$1.50"], fails: [" $1", "1"] },
  { assert: [{ type: "not-starts-with", value: "No" }], passes: ["no", " No"], fails: ["No.", "Not"] },
  { assert: [{ type: "regex", value: "^\\d{2,3}$" }], passes: ["12", "123"], fails: ["1", "1234", "12\n", "a12"] },
  { assert: [{ type: "not-regex", value: "\\bno\\b" }], passes: ["nothing"], fails: ["oh no"] },
  { assert: [{ type: "regex", value: "(a)\\1" }], passes: ["xaay"], fails: ["xay"] },
  {
    assert: [{ type: "levenshtein", value: "timeout", threshold: 2 }],
    passes: ["timeout", "time-out", "time out!"],
    fails: ["disk"],
  },
  { assert: [{ type: "levenshtein", value: "abcdefgh" }], passes: ["abc"], fails: ["ab"] },
  { assert: [{ type: "is-json" }], passes: ["{}", " [1] ", "1"], fails: ["{a: 1}", "", "```json\n{}\n```", "NaN"] },
  {
    assert: [{ type: "is-json", value: { type: "object", required: ["a"], properties: { a: { type: "integer" } } } }],
    passes: ['{"a": 1}', '{"a": 1, "b": 2}'],
    fails: ['{"a": "1"}', "{}", "[]", "a"],
  },
  { assert: [{ type: "is-json", value: "required: [a]\ntype: object" }], passes: ['{"a": 1}'], fails: ["{}", "1"] },
  // Together: all of them have to hold.
  {
    assert: [
      { type: "icontains", value: "oslo" },
      { type: "not-contains", value: "Bergen" },
      { type: "regex", value: "\\.$" },
    ],
    passes: ["It is OSLO."],
    fails: ["It is Oslo", "It is Oslo, not Bergen.", "It is Bergen."],
  },
  {
    assert: [
      { type: "starts-with", value: "A" },
      { type: "contains-any", value: ["x", "y"] },
      { type: "not-equals", value: "Ax" },
    ],
    passes: ["Ay", "A x"],
    fails: ["Ax", "Bx", "A"],
  },
  {
    assert: [
      { type: "regex", value: "^a|b$" },
      { type: "regex", value: "c" },
    ],
    passes: ["ac", "cb"],
    fails: ["a", "b", "xcbx"],
  },
];
