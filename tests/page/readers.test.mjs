// Whether anybody can read the page and use it, and what it asks for while nobody looks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { Server, launch, open, says } from "./support.mjs";

const AXE = readFileSync(`${process.env.PACKAGES}/node_modules/axe-core/axe.min.js`, "utf8");

let browser, server;

before(async () => {
  browser = await launch();
  server = await Server.start();
  const long = { email: `${"long".repeat(15)}@example.org`, nickname: "a-nickname-without-a-place-to-break".repeat(10) };
  const token = await server.signIn();
  for (let number = 0; number < 12; number += 1) {
    await server.update(token, { ...long, email: `${number}${long.email}` });
  }
  await server.order("faults", { operation: "SignUp", fault: "hang", times: 9 });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The page, with something on it, one event of which is open. */
async function opened(settings) {
  const { page, ...rest } = await open(browser, server, settings);
  await says(page, "#messages", /longlong/);
  await page.locator("#events summary").first().click();
  return { page, ...rest };
}

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
  const { page, check } = await opened();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 980, 390, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(widest <= width, `${colorScheme}, ${width} wide: ${widest}`);
      const [red] = await page.evaluate(() =>
        getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number));
      assert.equal(red > 128, colorScheme === "light");
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
    }
  }
  await check();
});

for (const [width, smallest] of [[1280, 24], [390, 44]]) {
  test(`what can be hit is at least ${smallest} px wide and high on ${width} px`, async () => {
    const { page, check } = await opened({ viewport: { width, height: 844 } });
    const targets = await page.locator("a, button, input, select, summary").evaluateAll((all) =>
      all.filter((it) => it.checkVisibility()).map((it) => {
        const { width, height } = it.getBoundingClientRect();
        return { width, height, html: it.outerHTML.slice(0, 80) };
      }));
    assert.ok(targets.length > 30, `${targets.length} targets`);
    assert.deepEqual(targets.filter((it) => it.width < smallest || it.height < smallest), []);
    await check();
  });
}

test("on a phone a table becomes cards, and its roles survive", async () => {
  const { page, check } = await opened({ viewport: { width: 390, height: 844 } });
  const table = page.getByRole("table", { name: /messages, newest first/ });
  assert.equal(await table.getByRole("columnheader").count(), 7);
  assert.equal(await table.getByRole("row").nth(1).getByRole("cell").count(), 7);
  await check();
});

test("the navigation stays in sight, and what it leads to isn't behind it", async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    const { page, check } = await opened({ viewport });
    for (const name of ["Triggers", "Users", "Messages"]) {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      const bar = await page.locator(".bar").boundingBox();
      const { y } = await page.locator(`h2:target`).boundingBox();
      assert.ok(bar.y >= 0 && y >= bar.y + bar.height && y < viewport.height, `${name}: ${y}`);
    }
    await page.keyboard.press("End");
    await page.waitForFunction(() => scrollY > 500 && document.querySelector(".bar").getBoundingClientRect().y === 0);
    await check();
  }
});

test("the keyboard reaches everything, in the order in which it is seen", async () => {
  const { page, check } = await open(browser, server);
  await says(page, "#messages", /longlong/);
  const names = [];
  for (let time = 0; time < 7; time += 1) {
    await page.keyboard.press("Tab");
    names.push(await page.evaluate(() => {
      const { activeElement: it } = document;
      assertOutlined(it);
      return it.id || it.hash || it.getAttribute("aria-label");

      function assertOutlined(it) {
        if (getComputedStyle(it).outlineStyle === "none") throw new Error(`no outline: ${it.outerHTML}`);
      }
    }));
  }
  const inOrder = ["reset", "#messages-heading", "#pools-heading", "#events-heading", "search", "newest-copy"];
  assert.deepEqual(names.slice(0, 6), inOrder);
  assert.match(names[6], /^Copy \d{6}$/);
  await check();
});

test("it has an icon, which its own policy lets in", async () => {
  const { page, requests, check } = await open(browser, server);
  const size = await page.evaluate(async () => {
    const icon = new Image();
    icon.src = document.querySelector("link[rel=icon]").href;
    await icon.decode();
    return icon.naturalWidth;
  });
  assert.ok(size > 0);
  assert.ok(!requests.some((url) => url.includes("favicon")));
  await check();
});
