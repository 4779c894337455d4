import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromiumPath, openBrowser } from "./browser.ts";

const usage = `node test/support/screenshot.ts PAGE.html PICTURE.png [options]
  --width 1280        CSS pixels
  --height 900        of the window; --full takes the whole page
  --theme light|dark
  --scale 2           dots to a pixel
  --scroll SELECTOR   to the first element that fits
  --click SELECTOR    on the first element that fits, may be repeated`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "900" },
    theme: { type: "string", default: "light" },
    scale: { type: "string", default: "2" },
    full: { type: "boolean", default: false },
    scroll: { type: "string" },
    click: { type: "string", multiple: true, default: [] },
  },
});
const [page, picture] = positionals;
if (page === undefined || picture === undefined || chromiumPath === undefined) {
  console.error(chromiumPath === undefined ? "no Chromium: set CHROMIUM to its path" : usage);
  process.exit(2);
}

const browser = await openBrowser(chromiumPath);
try {
  const tab = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height) },
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.theme === "dark" ? "dark" : "light",
  });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.locator("main").waitFor();
  for (const selector of values.click) await tab.locator(selector).first().click();
  if (values.scroll !== undefined) {
    await tab.evaluate(`document.querySelector(${JSON.stringify(values.scroll)}).scrollIntoView({ behavior: "instant" })`);
  }
  await tab.screenshot({ path: picture, fullPage: values.full });
} finally {
  await browser.close();
}
