// What a page that nobody looks at asks for, and whether anybody can read it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { Server, launch, open, says } from "./support.mjs";

const AXE = readFileSync(`${process.env.PACKAGES}/node_modules/axe-core/axe.min.js`, "utf8");

let browser, server;

before(async () => {
  browser = await launch();
  server = await Server.start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a hidden page asks for nothing, and for everything once it is seen", async () => {
  const { page, requests, check } = await open(browser, server);
  const hide = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  // From the next timer on, time is the test's.
  await page.clock.install();
  await page.waitForRequest(/outbox/);
  await hide(true);
  const asked = requests.length;
  await server.update(await server.signIn(), { phone_number: "+15555550101" });
  await page.clock.runFor(60_000);
  assert.equal(requests.length, asked);

  await hide(false);
  await says(page, "#messages", /0101/);
  await check();
});

test("it has no fault that axe knows, light or dark, at any width", async () => {
  const { page, check } = await open(browser, server);
  const long = { email: `${"long".repeat(15)}@example.org`, nickname: "x".repeat(500) };
  await server.update(await server.signIn(), long);
  await says(page, "#messages", /longlong/);
  await page.locator("#events summary").first().click();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 980, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(widest <= width, `${colorScheme}, ${width} wide: ${widest}`);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
    }
  }
  await check();
});
