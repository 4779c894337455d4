import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { anyPace, busy, failing, gate, parrot, quickClock } from "../../test/support/engine-values.ts";
import type { Try } from "../core/completion.ts";
import { type AskingSetup, askModel } from "./ask-model.ts";
import { systemClock } from "./clock.ts";
import { defaultRetry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { createStop } from "./stop.ts";

function setupOf(more: Partial<AskingSetup> = {}) {
  const clock = quickClock();
  const setup: AskingSetup = {
    fn: parrot,
    pace: anyPace({ clock }),
    retry: { ...defaultRetry, maxTries: 4 },
    budget: retryBudget(100),
    clock,
    stop: createStop(),
    random: () => 0.5,
    redact: (text) => text.replace("says", "[redacted]"),
    startedAt: 0,
    ...more,
  };
  return { setup, clock };
}

/** Throws what is given, one after the other, and then replies. */
function failingWith(...failures: readonly unknown[]) {
  const calls = { count: 0 };
  const call = async () => {
    const failure = failures[calls.count++];
    if (failure !== undefined) throw failure;
    return "reply";
  };
  return { call, calls };
}

describe("askModel", () => {
  test("gives the first reply, and notes no try", async () => {
    const tries: Try[] = [];
    const { setup } = setupOf();
    expect(await askModel(setup, tries, async () => "reply")).toEqual({ value: "reply" });
    expect(tries).toEqual([]);
  });

  test("tries again with growing waits, and notes what failed, when, and how long it waited", async () => {
    const { setup, clock } = setupOf({ startedAt: -10 });
    const tries: Try[] = [];
    const { call } = failingWith(
      busy(),
      failing("provider.rate", { retry: { after_ms: 2000 }, status: 429 }),
      busy({ status: undefined }),
    );
    expect(await askModel(setup, tries, call)).toEqual({ value: "reply" });
    expect(tries).toEqual([
      { at_ms: 10, ms: 0, wait_ms: 250, status: 503, code: "provider.server" },
      { at_ms: 260, ms: 0, wait_ms: 2500, status: 429, code: "provider.rate" },
      { at_ms: 2760, ms: 0, wait_ms: 1000, code: "provider.server" },
    ]);
    expect(clock.waits).toEqual([250, 2500, 1000]);
  });

  test("fails when its tries are used up, without a last wait", async () => {
    const { setup, clock } = setupOf();
    const tries: Try[] = [];
    const { call, calls } = failingWith(busy(), busy(), busy(), busy(), busy());
    expect(await askModel(setup, tries, call)).toEqual({
      failure: { code: "provider.server", message: "the model [redacted] provider.server", tries },
    });
    expect(calls.count).toBe(4);
    expect(tries.map(({ wait_ms }) => wait_ms > 0)).toEqual([true, true, true, false]);
    expect(clock.waits).toHaveLength(3);
  });

  describe("a refusal for coming too soon", () => {
    const tooSoon = failing("provider.rate", { retry: { after_ms: 100 }, status: 429 });
    const toldByAnother = busy({ retry: { after_ms: 100 } });

    test.each([
      { name: "a 429", refusal: tooSoon },
      { name: "another failure that says how long to wait", refusal: toldByAnother },
    ])("uses up no try and no repeat while others get replies, and is noted each time: $name", async ({ refusal }) => {
      const { setup } = setupOf({ budget: retryBudget(0) });
      let calls = 0;
      const call = async () => {
        if (++calls > 30) return "reply";
        // Somebody else's.
        await askModel(setup, [], async () => "another");
        throw refusal;
      };
      const tries: Try[] = [];
      expect(await askModel(setup, tries, call)).toEqual({ value: "reply" });
      expect(tries).toHaveLength(30);
      for (const { wait_ms } of tries) expect(wait_ms).toBeGreaterThanOrEqual(100);
    });

    test("uses up tries where nobody gets a reply: such a server is not only busy", async () => {
      const { setup } = setupOf();
      const { call, calls } = failingWith(...Array.from({ length: 50 }, () => tooSoon));
      expect(await askModel(setup, [], call)).toMatchObject({ failure: { code: "provider.rate" } });
      expect(calls.count).toBe(4);
    });

    test("ends at some time for a question that is refused alone", async () => {
      const { setup } = setupOf();
      let calls = 0;
      const call = async () => {
        calls++;
        await askModel(setup, [], async () => "another");
        throw tooSoon;
      };
      expect(await askModel(setup, [], call)).toMatchObject({ failure: { code: "provider.rate" } });
      expect(calls).toBe(defaultRetry.maxTurnedAway + 4);
    });

    test("is final when it asks to wait for longer than anybody would, and says so", async () => {
      const { setup, clock } = setupOf();
      const { call, calls } = failingWith(failing("provider.rate", { retry: { after_ms: 6 * 3_600_000 }, status: 429 }));
      const asked = await askModel(setup, [], call);
      expect(asked).toMatchObject({ failure: { message: "the model [redacted] provider.rate; it asks to wait 360 min" } });
      expect([calls.count, clock.waits]).toEqual([1, []]);
      expect(setup.pace.gate.pausedUntil).toBeLessThan(60_000);
    });
  });

  test("fails at once when the same request would only fail again", async () => {
    const { setup } = setupOf();
    const { call, calls } = failingWith(failing("provider.rejected", { status: 400 }));
    const tries: Try[] = [];
    expect(await askModel(setup, tries, call)).toMatchObject({ failure: { code: "provider.rejected" } });
    expect(calls.count).toBe(1);
    expect(tries).toEqual([{ at_ms: 0, ms: 0, wait_ms: 0, status: 400, code: "provider.rejected" }]);
  });

  test("fails at once when the run has no repeats left, and takes none for a failure that is for good", async () => {
    const { setup } = setupOf({ budget: retryBudget(1) });
    await askModel(setup, [], failingWith(failing("provider.rejected")).call);
    const { call, calls } = failingWith(busy(), busy());
    expect(await askModel(setup, [], call)).toMatchObject({ failure: { code: "provider.server" } });
    expect(calls.count).toBe(2);
  });

  test("a success gives the run a fifth of a repeat", async () => {
    const { setup } = setupOf({ budget: retryBudget(0) });
    for (let i = 0; i < 5; i++) await askModel(setup, [], async () => "reply");
    expect(await askModel(setup, [], failingWith(busy()).call)).toEqual({ value: "reply" });
  });

  test.each([new TypeError("x is not a function"), "a text", undefined])("lets a defect through: %s", async (thrown) => {
    const { setup } = setupOf();
    const asked = askModel(setup, [], async () => {
      throw thrown;
    });
    await expect(asked).rejects.toBe(thrown);
  });

  test("catches what a function throws before it returns a promise", async () => {
    const { setup } = setupOf();
    const call = () => {
      throw failing("provider.reply");
    };
    expect(await askModel(setup, [], call)).toMatchObject({ failure: { code: "provider.reply" } });
  });

  describe("under a stop that lets requests in flight finish", () => {
    test("a request in flight may answer", async () => {
      const { setup } = setupOf();
      const call = async () => {
        setup.stop.request("run.interrupted");
        return "reply";
      };
      expect(await askModel(setup, [], call)).toEqual({ value: "reply" });
    });

    test("or fail for good: that is the model's answer", async () => {
      const { setup } = setupOf();
      const call = async () => {
        setup.stop.request("run.interrupted");
        throw failing("provider.rejected");
      };
      expect(await askModel(setup, [], call)).toMatchObject({ failure: { code: "provider.rejected" } });
    });

    test.each([
      { name: "but one that would be tried again is cut off", maxTries: 4 },
      { name: "also after its last try: there might have been an answer", maxTries: 1 },
    ])("$name", async ({ maxTries }) => {
      const { setup } = setupOf({ retry: { ...defaultRetry, maxTries } });
      const call = async () => {
        setup.stop.request("run.interrupted");
        throw busy();
      };
      expect(await askModel(setup, [], call)).toEqual({ stopped: true });
    });

    test("so is a wait, at once, which leaves nothing behind", async () => {
      const { setup } = setupOf({
        clock: systemClock,
        random: () => 0.999,
        retry: { ...defaultRetry, baseMs: 10_000_000, capMs: 10_000_000 },
      });
      const { opened, open } = gate();
      const { call } = failingWith(busy());
      const asking = askModel(setup, [], () => {
        open();
        return call();
      });
      await opened;
      await new Promise(setImmediate);
      expect(getEventListeners(setup.stop.drain, "abort")).toHaveLength(1);
      setup.stop.request("run.interrupted");
      expect(await asking).toEqual({ stopped: true });
      expect(getEventListeners(setup.stop.drain, "abort")).toEqual([]);
    });
  });

  describe("under a stop that drops everything", () => {
    test.each([
      { name: "an abort", thrown: new DOMException("aborted", "AbortError") },
      { name: "a failure for good", thrown: failing("run.interrupted") },
      { name: "one to be tried again", thrown: busy() },
    ])("what ends with $name is cut off: neither an answer nor an error", async ({ thrown }) => {
      const { setup } = setupOf();
      const tries: Try[] = [];
      const call = async () => {
        setup.stop.request("run.interrupted", true);
        throw thrown;
      };
      expect(await askModel(setup, tries, call)).toEqual({ stopped: true });
      expect(tries).toEqual([]);
    });

    test("an answer that came all the same is kept: it is paid for", async () => {
      const { setup } = setupOf();
      const call = async () => {
        setup.stop.request("run.interrupted", true);
        return "reply";
      };
      expect(await askModel(setup, [], call)).toEqual({ value: "reply" });
    });

    test("nothing is asked any more", async () => {
      const { setup } = setupOf();
      setup.stop.request("run.interrupted", true);
      const { call, calls } = failingWith();
      expect(await askModel(setup, [], call)).toEqual({ stopped: true });
      expect(calls.count).toBe(0);
    });
  });
});
