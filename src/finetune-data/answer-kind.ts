/** What the right answers of a data set are like: by it a scorer is proposed. */
export type AnswerKind =
  | { readonly kind: "labels"; readonly labels: readonly string[] }
  | { readonly kind: "json" | "numbers" | "short" | "long" };

/** As many labels as a table of what was taken for what has room for. */
const mostLabels = 40;

/** Labels: few short texts, each given three times on average or more; in the order of how often they are. */
export function answerKind(answers: readonly (readonly string[])[]): AnswerKind {
  const single = answers.every((ideal) => ideal.length === 1);
  const texts = answers.flat();
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isShort = texts.every((text) => text.length <= 60 && !/[\r\n]/.test(text));
  if (single && isShort && counts.size >= 2 && counts.size <= mostLabels && counts.size * 3 <= texts.length) {
    const labels = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([label]) => label);
    return { kind: "labels", labels };
  }
  if (texts.length > 0 && texts.every(isJsonObject)) return { kind: "json" };
  if (texts.length > 0 && texts.every((text) => /^[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text.trim())))
    return { kind: "numbers" };
  return { kind: isShort ? "short" : "long" };
}

function isJsonObject(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
