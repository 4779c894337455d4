import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Report, reportWriters } from "../src/report/index.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { ensurePageShell } from "./support/page-shell.ts";
import { hostileReport, hostileTexts, type LineOptions, reportOf, reportRun } from "./support/report-fixture.ts";

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
  ])("opens from disk without a request or a complaint: %s", async (_, report) => {
    const { page, complaints } = await open(report);
    await rows(page).first().waitFor();
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
    for (const report of [one, two, hostileReport()]) {
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
    const { page } = await open(two, { colorScheme });
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
      ".banner",
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

  test("prints without its controls, in dark mode too", async () => {
    const { page } = await open(two, { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.locator(".filters").waitFor({ state: "hidden" });
    expect(
      luminance((await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")) as string),
    ).toBeGreaterThan(0.9);
    await soon(() => rows(page).count()).toBe(90);
  });

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

/** Relative luminance of `rgb(…)`, as WCAG 2 defines it. */
function luminance(rgb: string): number {
  const [r = 0, g = 0, b = 0] = (rgb.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
