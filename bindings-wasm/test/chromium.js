/** Chromium without a window, for tests. It loads only files that the test serves. */
import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });

/** The time of the tests: an hour after the publication of the sample's help centre, so that freshness never changes. */
const NOW = "2026-11-26T13:00:00Z";

/** Opens a page in a context of its own, with a list of the requests of page and workers. */
export async function newPage(browser) {
  const context = await browser.newContext();
  await context.clock.setFixedTime(NOW);
  const page = await context.newPage();
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  return { context, page, asked };
}
