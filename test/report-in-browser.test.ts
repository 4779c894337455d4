import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { GateResult, RuleResult, Verdict } from "../src/core/gate.ts";
import type { JudgeCalibration } from "../src/core/judge-calibration.ts";
import { visible } from "../src/page/index.ts";
import { type Report, reportWriters } from "../src/report/index.ts";
import { threeModels, withSizes } from "./support/board-fixture.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { ensurePageShell } from "./support/page-shell.ts";
import {
  comparedReport,
  compareRuns,
  hostileDiff,
  hostileReport,
  hostileTexts,
  type LineOptions,
  reportOf,
  reportRun,
} from "./support/report-fixture.ts";

if (chromiumPath === undefined) {
  console.warn(
    [
      "",
      "**********************************************************************",
      "*  NO CHROMIUM: THE REPORT PAGE WAS NOT TESTED IN A BROWSER.         *",
      "*  Install one (Debian: apt-get install chromium), or name one:      *",
      "*  CHROMIUM=/path/to/chromium npm test                               *",
      "**********************************************************************",
      "",
    ].join("\n"),
  );
}

const labels = ["disk", "auth", "network"];
const spec = {
  labels: Object.fromEntries(labels.map((label) => [label, []])),
  slices: ["metadata.label"],
  description: "Name the cause",
};

/** Right in two of three; the rest wrong by turns, cut off, or an error. */
function someLines(n: number, shift: number): LineOptions[] {
  return Array.from({ length: n }, (_, index) => {
    const ideal = labels[index % 3] ?? "";
    const said = index % 3 === shift ? (labels[(index + 1) % 3] ?? "") : ideal;
    if (index % 30 === 29) return { ideal, reply: null, metadata: { label: ideal } };
    return {
      input: [
        { role: "system", content: "Answer in one word." },
        { role: "user", content: `log line ${index}: something broke` },
      ],
      ideal,
      reply: said,
      label: said,
      metadata: { label: ideal },
      ...(index < 2 && { completion: { finish: "length" } }),
    };
  });
}

const one = reportOf(reportRun({ eval: "tickets.dev.v1", model: "tuned", spec, lines: someLines(60, 0) }));
const two = reportOf(
  reportRun({ eval: "tickets.dev.v1", model: "base", spec, lines: someLines(60, 0) }),
  reportRun({ eval: "tickets.dev.v1", model: "tuned", spec, lines: someLines(60, 1) }),
  reportRun({ eval: "general.dev.v1", model: "base", lines: someLines(30, 0) }),
  reportRun({
    eval: "general.dev.v1",
    model: "tuned",
    status: "stopped",
    reason: "run.budget-spent",
    selected: 90,
    lines: someLines(30, 2),
  }),
);

/** Thirty got better, six got worse, each by one word. */
async function oneDiff(): Promise<Report> {
  const asked = (model: "base" | "tuned"): LineOptions[] =>
    Array.from({ length: 60 }, (_, index) => {
      const label = labels[index % 3] ?? "";
      const wrong = model === "base" ? index >= 30 : index >= 10 && index < 16;
      const logprobs = ["the ", "cause ", "is ", wrong ? "quite " : "clearly ", label].map((token, at) => ({
        token,
        logprob: at === 3 ? -1.2 : -0.01 * (index + 1),
      }));
      return {
        input: `log line ${index}: something broke`,
        ideal: label,
        reply: `the cause is ${wrong ? "quite" : "clearly"} ${label}`,
        passed: !wrong,
        metadata: { label },
        explanation: wrong ? `the judge was not convinced by ${index}` : undefined,
        completion: { logprobs, cost: model === "base" ? 0.02 / 60 : 0.01 / 60 },
      } as LineOptions;
    });
  return comparedReport(
    { eval: "tickets.dev.v1", model: "base", spec, lines: asked("base") },
    { eval: "tickets.dev.v1", model: "tuned", spec, lines: asked("tuned"), sampling: { temperature: 0.7 } },
    0.05,
  );
}

const twoDiffs = () => {
  const [a, b, c] = two.runs;
  return a && b && c
    ? compareRuns([a, b, c, reportRun({ eval: "general.dev.v1", model: "tuned", lines: someLines(30, 1) })])
    : two;
};

/** A gate with a rule of each kind of verdict. */
function gated(report: Report, verdict: Verdict): Report {
  const rule: Omit<RuleResult, "verdict" | "sentence"> = {
    ...{ eval: "tickets.dev.v1", candidate: "tuned", run: "01", rule: "accuracy >= 0.9", value: 0.9, interval: null },
    ...{ bound: 0.9, alpha: 0.05, p_fail: 0.5, p_fail_adjusted: 0.5, n: 10 },
    kind: "threshold",
    op: ">=",
  };
  const rules = (["pass", "inconclusive", "fail"] as const).map((one) => ({
    ...rule,
    verdict: one,
    sentence: `tuned on tickets.dev.v1: this rule says ${one}`,
  }));
  const sentence = `The gate says ${verdict}: 1 of 3 claims cannot be settled with these samples.`;
  const gate: GateResult = {
    ...{ verdict, sentence, rules, refusals: [], must_pass: [], notes: [] },
    inconclusive: "fail",
    exit: 4,
  };
  return { ...report, gate };
}

const board = (names: readonly [string, string, string] = ["large", "small", "old"]): Report => ({
  ...two,
  leaderboard: threeModels(names),
  samples: false,
});

describe.runIf(chromiumPath !== undefined)("the report in a browser", () => {
  let browser: Browser;
  let folder: string;
  let outside: Server;
  const knocks: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    await ensurePageShell();
    folder = mkdtempSync(join(tmpdir(), "finegauge-page-"));
    outside = createServer((request, response) => {
      knocks.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    browser = await openBrowser(chromiumPath ?? "");
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    outside.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a report from disk; what it asks for and complains about is kept, and must be nothing. */
  async function open(report: Report, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.html`);
    await writeFile(file, (await reportWriters.html()).write(report));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    pages.push(page);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href && !request.url().startsWith("data:"))
        complaints.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page.locator("main").waitFor();
    return { page, complaints };
  }

  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });

  const rows = (page: Page) => page.locator("li.sample");
  // A page draws after the event that changed it: what is expected may take a moment to be there.
  const soon = <T>(value: () => Promise<T>) => expect.poll(value, { timeout: 10_000 });
  const shown = (page: Page) => soon(() => page.locator("#samples .section-head [role=status]").textContent());

  test.each([
    ["one run", one],
    ["several runs", two],
    ["hostile texts", hostileReport()],
    ["a comparison", oneDiff()],
    ["several comparisons", twoDiffs()],
    ["a leaderboard", board()],
    ["a hostile leaderboard", board(["</script><img src=x onerror=alert(1)>", "\u202egnp.exe", "x".repeat(4000)])],
  ])("opens from disk without a request or a complaint: %s", async (_, report) => {
    const { page, complaints } = await open(await report);
    if (await page.locator("#samples").count()) await rows(page).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test("shows the figure in natural counts with its interval, and what stands beside it", async () => {
    const { page } = await open(one);
    expect(await page.locator("h1").textContent()).toBe("tickets.dev.v1");
    expect(await page.locator(".headline").textContent()).toMatch(/^38 of 58 right65\.5 %, 95 % interval 5\d\.\d–7\d\.\d$/);
    expect(await page.locator("section[aria-labelledby=beside] button").allInnerTexts()).toEqual(["2 errors", "2 cut off"]);
  });

  test("says of a stopped run that it was stopped, and why", async () => {
    const { page } = await open(two);
    expect(await page.locator(".banner").allInnerTexts()).toEqual([
      "tuned on general.dev.v1 was stopped: run.budget-spent. 30 of 90 samples are done, 1 of them errors. The numbers below stand on those alone.",
    ]);
  });

  test("paints the chart, and says the same in a table", async () => {
    const { page } = await open(two);
    const canvas = page.locator("canvas");
    expect(await canvas.getAttribute("aria-describedby")).toBe("figures");
    expect(await page.locator("table#figures tbody tr").count()).toBe(2);
    expect(await colours(page)).toBeGreaterThan(20);
  });

  test("a click on a number shows the samples behind it", async () => {
    const { page } = await open(two);
    await page.locator("section[aria-labelledby=changes] tbody tr").first().locator("button.only_baseline").click();
    await shown(page).toBe("20 of 90 shown");
    expect(await page.locator(".chip").textContent()).toContain("only base right, not tuned");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await shown(page).toBe("90 shown");

    await page.locator("section[aria-labelledby=slices] tbody").getByRole("button", { name: "disk" }).first().click();
    await shown(page).toBe("20 of 90 shown");
  });

  test("filters by outcome, model and plain text", async () => {
    const { page } = await open(two);
    await page.locator(".outcomes").getByRole("button", { name: "failed" }).click();
    await page.getByLabel("Eval").selectOption({ label: "tickets.dev.v1" });
    await page.getByLabel("Model").selectOption({ label: "base" });
    await shown(page).toBe("20 of 90 shown");
    await page.keyboard.press("/");
    await page.keyboard.type("LINE 3:");
    await shown(page).toBe("1 of 90 shown");
    await page.keyboard.type(".*");
    await page.locator(".nothing").waitFor();
  });

  test("is read by keyboard alone: next, open, next inside, close, and the place is kept", async () => {
    const { page } = await open(two);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const focused = page.locator('li.sample[data-index="1"] button:focus');
    const id = (await focused.textContent()) ?? "";
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog");
    await soon(() => sheet.getByRole("heading", { level: 2 }).textContent()).toContain(id);
    await page.keyboard.press("j");
    await soon(() => sheet.locator(".sheet-head p").textContent()).toBe("3 of 90");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    expect(await page.locator("li.sample").nth(2).locator("button").getAttribute("tabindex")).toBe("0");
  });

  test("opens a sample whole by a click: the messages by role, every model's reply", async () => {
    const { page } = await open(two);
    await rows(page).first().click();
    const sheet = page.getByRole("dialog");
    await soon(() => sheet.locator(".role").allInnerTexts()).toEqual(["system", "user"]);
    expect(await sheet.locator(".reply-view h3").allInnerTexts()).toEqual([
      expect.stringContaining("base"),
      expect.stringContaining("tuned"),
    ]);
  });

  test("what models say stays text, and what cannot be seen is named", async () => {
    const { page, complaints } = await open(hostileReport());
    const at = hostileTexts.indexOf("</script><script>document.title='broken'</script>");
    await page.getByLabel("Search").fill("document.title");
    await rows(page).first().click();
    const sheet = page.getByRole("dialog");
    await soon(() => sheet.locator("pre").allInnerTexts()).toContain(hostileTexts[at]);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });

    await page.getByLabel("Search").fill("gnp.exe");
    await rows(page).first().click();
    await soon(() => sheet.locator(".reply-view .unseen").allInnerTexts()).toContain("U+202E");
    await page.keyboard.press("Escape");

    for (const details of await page.locator("details.provenance summary").all()) await details.click();
    expect(await page.title()).toBe("hostile");
    expect(await page.locator("script").count()).toBe(2);
    expect(await page.locator("main :is(img, iframe, object, a[href^='javascript'], [onerror])").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("even a careless page could run nothing and reach nobody: its policy refuses", async () => {
    const { page } = await open(one);
    const port = (outside.address() as AddressInfo).port;
    const refused = await page.evaluate(`(async () => {
      const refused = [];
      const attempt = async (name, action) => { try { await action(); } catch { refused.push(name); } };
      await attempt("markup", () => { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); });
      await attempt("script", () => { const s = document.createElement("script"); s.text = "document.title = 'broken'"; document.body.append(s); });
      await attempt("request", () => fetch("http://127.0.0.1:${port}/fetch"));
      await attempt("image", () => new Promise((resolve, reject) => {
        const image = new Image(); image.onload = resolve; image.onerror = reject; image.src = "http://127.0.0.1:${port}/image.png";
      }));
      return refused;
    })()`);
    expect(refused).toEqual(["markup", "script", "request", "image"]);
    expect(knocks).toEqual([]);
    expect(await page.title()).toBe("tickets.dev.v1");
  });

  test.each([
    ["a desktop", { width: 1280, height: 900 }],
    ["a tablet", { width: 820, height: 1180 }],
    ["a phone", { width: 360, height: 740 }],
  ])("nothing sticks out sideways on %s", async (_, viewport) => {
    for (const report of [one, two, hostileReport(), await oneDiff(), await twoDiffs(), await hostileDiff()]) {
      const { page } = await open(report, { viewport });
      await rows(page).first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
      await rows(page).first().click();
      await page.getByRole("dialog").waitFor();
      expect(
        await page.evaluate(
          "document.querySelector('.sheet-body').scrollWidth - document.querySelector('.sheet-body').clientWidth",
        ),
      ).toBe(0);
    }
  });

  test.each(["light", "dark"] as const)("text can be read in %s", async (colorScheme) => {
    const { page } = await open(await twoDiffs(), { colorScheme });
    await rows(page).first().waitFor();
    // At least 4.5 to 1, WCAG 2's AA, against what stands behind.
    for (const selector of [
      "h1",
      ".facts",
      ".interval",
      "button.link",
      ".outcome.failed",
      ".outcome.passed",
      ".sample-id",
      ".card strong",
      ".card-facts dt",
      ".sentence",
      ".forest .change",
      ".matrix .only_baseline b",
      ".matrix .only_baseline span",
      ".legend",
      ".flip",
      ".flag",
    ]) {
      const [ink, paper] = (await page.evaluate(`(() => {
        let element = document.querySelector(${JSON.stringify(selector)});
        const ink = getComputedStyle(element).color;
        while (getComputedStyle(element).backgroundColor === "rgba(0, 0, 0, 0)") element = element.parentElement;
        return [ink, getComputedStyle(element).backgroundColor];
      })()`)) as [string, string];
      expect(luminance(paper) < 0.2, selector).toBe(colorScheme === "dark");
      expect(contrast(ink, paper), `${selector}: ${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(await colours(page)).toBeGreaterThan(20);
  });

  test("prints without its controls, in dark mode too, and with its verdict", async () => {
    const { page } = await open(await twoDiffs(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.locator(".filters").waitFor({ state: "hidden" });
    expect(
      luminance((await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")) as string),
    ).toBeGreaterThan(0.9);
    await soon(() => rows(page).count()).toBe(90);
    expect(await page.locator("article.card .sentence").first().isVisible()).toBe(true);
  });

  test("a comparison opens with its verdict: the sentence word for word, and what it stands on", async () => {
    const report = await oneDiff();
    const { page, complaints } = await open(report);
    const card = page.locator("article.card");
    expect(await card.locator(".sentence").textContent()).toBe(report.comparisons?.[0]?.comparison.sentence);
    expect(await card.locator("strong").textContent()).toBe("Better");
    const facts = await card.locator(".card-facts > div").allTextContents();
    expect(facts).toEqual(expect.arrayContaining(["pairs60", "margin5.0 points", "cost$0.020 → $0.010"]));
    // The eye meets it first: nothing above it is written larger, and no scrolling is needed.
    const sizes = (await page.evaluate(`[".card strong", "h1"].map((name) =>
      parseFloat(getComputedStyle(document.querySelector(name)).fontSize))`)) as [number, number];
    expect(sizes[0]).toBeGreaterThan(sizes[1]);
    expect((await card.boundingBox())?.y).toBeLessThan(300);
    expect(complaints).toEqual([]);
  });

  test.each([1280, 900, 360])("at %d px no verdict's word lies on what stands beside it", async (width) => {
    const verdicts = (["pass", "fail", "inconclusive"] as const).map((one) => gated(two, one));
    for (const report of [...verdicts, await oneDiff(), await twoDiffs(), await hostileDiff()]) {
      const { page } = await open(report, { viewport: { width, height: 900 } });
      const cards = (await page.evaluate(`[...document.querySelectorAll("article.card")].map((card) => {
        const range = document.createRange();
        range.selectNodeContents(card.querySelector(".card-word p"));
        const [word, body, whole] = [range, card.querySelector(".card-body"), card].map((one) => one.getBoundingClientRect());
        return { apart: word.right <= body.left || word.bottom <= body.top, inside: word.right <= whole.right };
      })`)) as { apart: boolean; inside: boolean }[];
      expect(cards.length).toBeGreaterThan(0);
      for (const card of cards) expect(card).toEqual({ apart: true, inside: true });
    }
  });

  test("where nothing got worse, the first improvements are named", async () => {
    const lines = (right: boolean): LineOptions[] =>
      Array.from({ length: 20 }, (_, index) => ({ reply: right || index > 8 ? "right" : "wrong" }));
    const better = await comparedReport({ model: "base", lines: lines(false) }, { model: "tuned", lines: lines(true) });
    const { page } = await open(better);
    expect(await page.locator(".top-flips h3").textContent()).toBe("First improvements");
    expect(await page.locator(".top-flips li").count()).toBe(6);
    const { page: other } = await open(await oneDiff());
    expect(await other.locator(".top-flips h3").textContent()).toBe("Surest regressions");
    expect(await rows(other).nth(6).locator(".flip").textContent()).toMatch(/^got better/);
  });

  test("a table that is wider than the window shows at its edge that there is more, as far as it is scrolled", async () => {
    const { page } = await open(board(), { viewport: { width: 360, height: 900 } });
    const box = page.locator(".scroll-box:has(.board)");
    await soon(() => box.getAttribute("class")).toBe("scroll-box more-right");
    await box.locator(".scroll").evaluate((element) => element.scrollTo({ left: 40 }));
    await soon(() => box.getAttribute("class")).toBe("scroll-box more-right more-left");
    await box.locator(".scroll").evaluate((element) => element.scrollTo({ left: 10_000 }));
    await soon(() => box.getAttribute("class")).toBe("scroll-box more-left");
    await page.setViewportSize({ width: 1280, height: 900 });
    await soon(() => box.getAttribute("class")).toBe("scroll-box");
  });

  test("what few runs took stands in a narrow window without scrolling", async () => {
    const { page } = await open(await oneDiff(), { viewport: { width: 360, height: 900 } });
    const table = page.locator("table.spending");
    expect(await table.locator("thead th").allInnerTexts()).toEqual(["base", "tuned"]);
    expect(await table.locator("tbody th").allInnerTexts()).toContain("tokens for a right answer");
    expect(await page.locator(".scroll-box:has(.spending)").getAttribute("class")).toBe("scroll-box");
    await page.setViewportSize({ width: 1280, height: 900 });
    await soon(() => table.locator("tbody th").allInnerTexts()).toEqual(["base", "tuned"]);
  });

  test("several comparisons have a card each, in their order", async () => {
    const report = await twoDiffs();
    const { page } = await open(report);
    expect(await page.locator("article.card .sentence").allTextContents()).toEqual(
      report.comparisons?.map(({ comparison }) => comparison.sentence),
    );
  });

  test("the differences are a picture and a table: the whole, its slices, the margin", async () => {
    const { page } = await open(await oneDiff());
    const rowNames = page.locator("table.forest tbody th");
    expect(await rowNames.allTextContents()).toEqual(["All samples", "auth", "disk", "network"]);
    expect(await page.locator("table.forest tbody tr").first().locator("td.change").textContent()).toContain("+40.0 points");
    expect(await colours(page)).toBeGreaterThan(20);
    // The picture stands beside its rows: as high as they are, and beginning where they begin.
    const plot = await page.locator(".forest-plot").boundingBox();
    const first = await page.locator("table.forest tbody tr").first().boundingBox();
    expect(Math.abs((plot?.y ?? 0) - (first?.y ?? -99))).toBeLessThanOrEqual(1);
    const last = await page.locator("table.forest tbody tr.slice").last().boundingBox();
    const end = (last?.y ?? 0) + (last?.height ?? 0);
    expect(Math.abs((plot?.y ?? 0) + (plot?.height ?? 0) - 34 - end)).toBeLessThanOrEqual(2);
  });

  test.each([
    ["both", "24"],
    ["only_baseline", "6"],
    ["only_candidate", "30"],
  ])("a field of the flip matrix shows its samples: %s", async (kind, n) => {
    const { page } = await open(await oneDiff());
    const cell = page.locator(`.matrix td.${kind}`);
    expect(await cell.locator("b").textContent()).toBe(n);
    await cell.locator("button").click();
    await shown(page).toBe(`${n} of 60 shown`);
  });

  test("regressions stand first, and n and p go from one to the next", async () => {
    const { page } = await open(await oneDiff());
    const place = () => page.locator("li.sample:has(button:focus)").getAttribute("data-index");
    for (const [key, at] of [
      ["n", "0"],
      ["n", "1"],
      ["n", "2"],
      ["p", "1"],
      ["j", "2"],
    ] as const) {
      await page.keyboard.press(key);
      await soon(place).toBe(at);
    }
    for (let more = 0; more < 9; more++) await page.keyboard.press("n");
    await soon(place).toBe("5");
    expect(await rows(page).nth(0).locator(".flip").textContent()).toMatch(/^got worse, \d+ % sure$/);
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog");
    await soon(() => sheet.locator(".sheet-head p").textContent()).toBe("6 of 60");
    expect(await sheet.getByRole("button", { name: "Next regression" }).count()).toBe(0);
    await page.keyboard.press("p");
    await soon(() => sheet.locator(".sheet-head p").textContent()).toBe("5 of 60");
  });

  test("the question mark shows the keys", async () => {
    const { page } = await open(await oneDiff());
    await page.keyboard.press("?");
    await soon(() => page.getByRole("dialog", { name: "Keys" }).locator("dt").count()).toBe(6);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("a sample shows both replies, the words that changed, the probabilities, and the judge's reason", async () => {
    const { page } = await open(await oneDiff());
    await rows(page).first().click();
    const sheet = page.getByRole("dialog");
    await soon(() => sheet.locator(".reply-view h3").allInnerTexts()).toEqual([
      expect.stringContaining("base"),
      expect.stringContaining("tuned"),
    ]);
    expect(await sheet.locator("del").allTextContents()).toEqual(["clearly"]);
    expect(await sheet.locator("ins").allTextContents()).toEqual(["quite"]);
    expect(await sheet.locator(".scores").last().textContent()).toContain("the judge was not convinced by");
    await sheet.getByRole("button", { name: "probabilities" }).click();
    await soon(() => sheet.locator(".reply-text .token").count()).toBe(10);
    const doubts = (await page.evaluate(
      `[...document.querySelectorAll(".reply-text .token")].map((token) => getComputedStyle(token).backgroundColor)`,
    )) as string[];
    expect(new Set(doubts).size).toBeGreaterThan(1);
    expect(await sheet.locator("del, ins").count()).toBe(0);
  });

  test("says what differs, what a right answer takes, and how to make the report again", async () => {
    const { page } = await open(await oneDiff());
    expect(await page.locator("table.differences tbody").textContent()).toContain("temperature 0 → 0.7");
    expect(await page.locator("section[aria-labelledby=spending] tbody").textContent()).toContain("$0.00019");
    expect(await page.locator(".command pre").textContent()).toBe("finegauge diff base tuned");
    expect(await page.locator("section[aria-labelledby=calibration] canvas").count()).toBe(1);
  });

  test("a leaderboard says who can be told from whom: ranks as ranges, one against one, what it takes, and over time", async () => {
    const { page } = await open(board());
    expect(await page.locator(".board-sentence").textContent()).toBe(board().leaderboard?.sentence);
    expect(await page.locator("table.board .rank").allTextContents()).toEqual(["1–2", "1–2", "3"]);
    expect(await page.locator("table.board tbody tr").last().locator("td").last().textContent()).toBe("not run");
    expect(await page.locator("table.wins td.better").count()).toBe(2);
    expect(await page.locator("table.wins td.open").count()).toBe(2);
    expect(await page.locator("section[aria-labelledby=fronts] .on-front").count()).toBe(2);
    expect(await page.locator("section[aria-labelledby=trends] tbody tr").last().textContent()).toContain("+10.0 points");
    expect(await page.locator("canvas").count()).toBe(3);
    for (const width of [1280, 820, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await soon(() => page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
  });

  test("of two runs with labels it shows which confusions came and went, and each leads to its samples", async () => {
    const report = await compareRuns([
      reportRun({ eval: "tickets.dev.v1", model: "base", spec, lines: someLines(60, 0) }),
      reportRun({ eval: "tickets.dev.v1", model: "tuned", spec, lines: someLines(60, 1) }),
    ]);
    const { page, complaints } = await open(report);
    const section = page.locator("section[aria-labelledby=confusion]");
    await soon(() => section.locator("select").inputValue()).toBe("0");
    await soon(() => section.locator("option").allTextContents()).toEqual(["change from base to tuned", "tuned", "base"]);
    // Base takes every disk for auth, tuned every auth for network.
    const cells = (row: number) => section.locator(`tbody tr:nth-child(${row}) td`).allTextContents();
    await soon(() => cells(1)).toEqual(["+200 → 20", "−2020 → 0", ""]);
    await soon(() => cells(2)).toEqual(["", "−2020 → 0", "+200 → 20"]);
    expect(await section.locator("td.better").count()).toBe(2);
    expect(await section.locator("td.wrong").count()).toBe(2);
    await section.locator("tbody tr:nth-child(2) td:nth-child(4) button").click();
    await shown(page).toContain("20 of 60");
    await section.locator("select").selectOption("2");
    await soon(() => cells(1)).toEqual(["", "20", ""]);
    expect(complaints).toEqual([]);
  });

  test("the first regressions show the attempt that flipped, also where the first did not", async () => {
    const lines = (said: readonly string[]) =>
      said.map((reply, attempt): LineOptions => ({ sample: 0, attempt, reply, passed: reply.startsWith("right") }));
    const { page } = await open(
      await compareRuns([
        reportRun({ model: "base", attempts: 3, lines: lines(["wrong at first", "right then", "right again"]) }),
        reportRun({ model: "tuned", attempts: 3, lines: lines(["right once", "wrong then", "wrong again"]) }),
      ]),
    );
    await soon(() => page.locator(".top-flips li .was").allTextContents()).toEqual(["right then → wrong then"]);
  });

  test("what a judge is worth by people's labels stands beside what it did; labels of another judge are void", async () => {
    const judges = [{ fn: "openai", model: "grader" }];
    const worth: JudgeCalibration = {
      ...{ state: "own", run: "01", labels: 100, unsure: 3, kappa: -0.0512, base_rate: { judge: 0.72, people: 0.641 } },
      ...{ tpr: { value: 0.921, low: 0.853, high: 0.959 }, tnr: null },
      corrected: { value: 0.641, low: 0.578, high: 0.704, se: 0.03, method: "stratified-ppi++" },
    };
    const run = (model: string) => reportRun({ eval: "tickets.dev.v1", model, judges, lines: someLines(6, 0) });
    const reason = "the judge <b>changed</b>";
    const { page, complaints } = await open(
      reportOf(
        { ...run("one"), judge_calibration: worth },
        { ...run("two"), judge_calibration: { ...worth, state: "void", corrected: null, reason } },
      ),
    );
    const rowsOf = page.locator("table[aria-labelledby=judge-worth] tbody tr");
    await soon(() => rowsOf.nth(0).locator("td").allTextContents()).toEqual([
      ...["100", "72.0 %", "64.1 %", "−0.05", "92.1 %85.3–95.9", "–", "64.1 %57.8–70.4"],
    ]);
    await soon(() => rowsOf.nth(1).textContent()).toMatch(/labels are void: the judge <b>changed<\/b>100void/);
    expect(complaints).toEqual([]);
  });

  test("models beside their parent: which is the smallest that will do, in words and in a table", async () => {
    const report = board();
    const leaderboard = withSizes(threeModels(["large", "small", "old"]));
    const { page, complaints } = await open({ ...report, leaderboard });
    const section = page.locator("section[aria-labelledby=sizes]");
    await soon(() => section.locator("p").first().textContent()).toBe(leaderboard.smallest?.sentence ?? "");
    await soon(() => section.locator("tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/^old\s+555 kB\s+120\s+−40\.0\s+≥ −46\.0\s+−2\.0\s+0\.0021\s+worse$/),
      expect.stringMatching(/^small\s+1\.02 MB\s+–\s+−2\.0\s+≥ −4\.0\s+−2\.0\s+–\s+open: 400 more samples$/),
      expect.stringMatching(/^large\s+1\.90 MB\s+–\s+–\s+is the parent$/),
    ]);
    expect(complaints).toEqual([]);
  });

  test("without samples there is no way to any, and the page says why", async () => {
    const { page, complaints } = await open({ ...(await oneDiff()), samples: false });
    expect(await page.locator("#samples").count()).toBe(0);
    expect(await page.locator(".matrix button, .forest button").count()).toBe(0);
    expect(await page.locator(".matrix .only_baseline b").textContent()).toBe("6");
    expect(await page.locator("footer").textContent()).toContain("left out on purpose");
    expect(await page.content()).not.toContain("something broke");
    expect(complaints).toEqual([]);
  });

  test("a hostile comparison runs nothing and loads nothing, a reply of 10 MB included", async () => {
    const report = await hostileDiff();
    const long = `${"<img src=x onerror=alert(1)> ".repeat(200_000)}${"x".repeat(5_000_000)}`;
    const lines = (end: string): LineOptions[] => [{ input: long, ideal: long, reply: long + end, passed: end === "a" }];
    const big = await comparedReport({ model: "base", lines: lines("a") }, { model: "tuned", lines: lines("b") });
    for (const one of [report, big]) {
      const { page, complaints } = await open(one);
      expect(await page.locator("article.card .sentence").textContent()).toBe(
        visible(one.comparisons?.[0]?.comparison.sentence ?? ""),
      );
      await rows(page).first().click();
      const sheet = page.getByRole("dialog");
      await sheet.locator(".reply-view").nth(1).waitFor();
      for (let next = 0; next < Math.min(20, one.runs[0]?.counts.done ?? 0); next++) await page.keyboard.press("j");
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "detached" });
      for (const details of await page.locator("details.provenance summary").all()) await details.click();
      expect(await page.locator("script").count()).toBe(2);
      expect(await page.locator("main :is(img, iframe, object, a[href^='javascript'], [onerror], [onclick])").count()).toBe(0);
      expect(await page.title()).not.toBe("broken");
      expect(complaints).toEqual([]);
    }
  }, 60_000);

  test("holds thousands of samples, of which it draws those in the window", async () => {
    const lines = Array.from({ length: 3000 }, (_, index): LineOptions => ({ reply: index % 2 === 0 ? "right" : "wrong" }));
    const { page } = await open(reportOf(reportRun({ lines })));
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(60);
    // Rows measure themselves as they come into view, which may move the end once more.
    await soon(async () => {
      await page.keyboard.press("End");
      return rows(page).last().getAttribute("aria-posinset");
    }).toBe("3000");
  });
});

/** How many different colours the chart has: a blank one has one. */
async function colours(page: Page): Promise<number> {
  return (await page.evaluate(`(() => {
    const canvas = document.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`)) as number;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of `rgb(…)`, or of a mixed colour, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const most = colour.startsWith("color(srgb") ? 1 : 255;
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / most;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
