import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { bestScale, calibrationOfAnswers, type JudgedAnswer, scales } from "./scale-probabilities.ts";

describe("temperature scaling", () => {
  test("finds again by how much a model is too sure, and what that was worth", () => {
    const random = seededRandom(3);
    const answers = Array.from({ length: 5000 }, (_, at) => {
      const logit = 2 * random();
      return { key: `q${at}`, logit: 2.5 * logit, right: random() < 1 / (1 + Math.exp(-logit)) };
    });
    const at = (scale: number): JudgedAnswer[] =>
      answers.map(({ key, logit, right }) => {
        const confidence = 1 / (1 + Math.exp(-logit / scale));
        const hit = right ? confidence : 1 - confidence;
        return { key, confidence, right, logLoss: -Math.log(hit), brier: 2 * (1 - hit) ** 2 };
      });
    const mean = (scale: number) => at(scale).reduce((sum, { logLoss }) => sum + logLoss, 0) / answers.length;
    const scale = bestScale(scales.map(mean));
    expect(scale).toBeGreaterThan(2.2);
    expect(scale).toBeLessThan(2.9);
    const [before, after] = [calibrationOfAnswers(at(1)), calibrationOfAnswers(at(scale))];
    expect(after.ece).toBeLessThan(0.03);
    expect(before.ece).toBeGreaterThan(0.1);
    expect(after.log_loss.value).toBeLessThan(before.log_loss.value ?? 0);
    expect(after.brier.interval?.high).toBeLessThan(before.brier.interval?.high ?? 0);
  });

  test("stays 1 where it changes nothing, and answers to one question are no independent ones", () => {
    expect(scales[40]).toBe(1);
    expect([scales[0], scales.at(-1)]).toEqual([0.1, 10]);
    expect(bestScale(scales.map(() => 0.5))).toBe(1);
    const one = { confidence: 0.8, right: true, logLoss: 0.2, brier: 0.1 };
    const answers = Array.from({ length: 40 }, (_, at) => ({ ...one, key: `q${at % 10}`, logLoss: at % 10 }));
    expect(calibrationOfAnswers(answers).log_loss.groups).toBe(10);
  });
});
