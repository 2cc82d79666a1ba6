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

/** A page in a context of its own, and all that it and its workers asked for or complained about. */
export async function newPage(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  return { context, page, asked };
}
