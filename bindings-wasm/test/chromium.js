/** Chromium without a window, for tests. It takes nothing but what the test serves. */
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

/** When the tests take place: an hour after the help centre of the sample was published. What is fresh then stays fresh. */
const NOW = "2026-11-26T13:00:00Z";

/** A page in a context of its own, and all that it and its workers asked for or complained about. */
export async function newPage(browser) {
  const context = await browser.newContext();
  await context.clock.setFixedTime(NOW);
  const page = await context.newPage();
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  return { context, page, asked };
}
