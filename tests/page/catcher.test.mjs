// The page as a mail catcher: the code that somebody waits for, and those before it.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Server, events, launch, open, rows, says } from "./support.mjs";

const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

let browser, server;

before(async () => {
  // Whoever lets others in has a name for this host.
  browser = await launch("--host-resolver-rules=MAP pool.test 127.0.0.1");
});
after(() => browser?.close());
beforeEach(async () => { server = await Server.start(); });
afterEach(() => server.stop());

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

const states = async (page) => (await rows(page, "#messages")).map((row) => row[1]);

/** Changes dan's address so many times. */
async function change(token, times) {
  for (let number = 1; number <= times; number += 1) {
    await server.update(token, { email: `${number}@example.org` });
  }
}

test("the newest code comes first, large, with the address that it went to", async () => {
  const { page, check } = await open(browser, server);
  assert.equal(await page.locator("#newest").isVisible(), false);
  const token = await server.signIn();
  await server.update(token, { email: "new@example.org" });
  await server.update(token, { phone_number: "+15555550199" });
  const [, { code }] = await server.messages();
  await says(page, "#newest-code", new RegExp(`^${code}$`));
  assert.match(await page.locator("#newest").innerText(),
    /sent to \+15555550199 by SMS \(phone_number\), for dan in eu-central-1_Example$/);
  const sizes = await page.evaluate(() => ["#newest-code", "#messages td", "body"].map((it) =>
    parseFloat(getComputedStyle(document.querySelector(it)).fontSize)));
  assert.ok(sizes[0] >= 1.5 * Math.max(sizes[1], sizes[2]), sizes.join());
  const headings = await page.locator("h2").allInnerTexts();
  assert.equal(headings[0], "Messages");
  const { y, height } = await page.locator("#newest").boundingBox();
  assert.ok(y + height < 720, "seen without scrolling");
  await check();
});

test("the newest code, and every other, can be copied", async () => {
  const { page, check } = await open(browser, server, CLIPBOARD);
  await change(await server.signIn(), 2);
  const [{ code: older }, { code }] = await server.messages();
  await says(page, "#newest-code", new RegExp(code));
  await page.getByRole("button", { name: `Copy the newest code, ${code}` }).click();
  await says(page, "#newest-copy", /^Copied$/);
  assert.equal(await clipboard(page), code);
  await says(page, "#said", /^Copied$/);
  await page.getByRole("button", { name: `Copy ${older}` }).click();
  await says(page, "#messages tr:last-child button", /^Copied$/);
  assert.equal(await clipboard(page), older);
  await says(page, "#messages tr:last-child button", /^Copy$/);
  await check();
});

test("a code can be copied where the page is had under a name of this host, over plain HTTP", async () => {
  const shared = await Server.start("0.0.0.0:0", "--local-pool-allow-host", "pool.test");
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://pool.test:${new URL(shared.url).port}`);
  await shared.update(await shared.signIn(), { email: "new@example.org" });
  const [{ code }] = await shared.messages();
  await says(page, "#newest-code", new RegExp(code));
  assert.equal(await page.evaluate(() => navigator.clipboard), undefined);
  await page.locator("#newest-copy").click();
  await says(page, "#newest-copy", /^Copied$/);
  await page.locator("#search").press("Control+V");
  assert.equal(await page.locator("#search").inputValue(), code);
  await context.close();
  await shared.stop();
});

test("a message says whether its code is current, used or expired, and goes on saying so", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  await change(token, 2);
  await says(page, "#messages-count", /^2 messages/);
  assert.deepEqual(await states(page), ["current", "expired"]);
  assert.equal(await page.locator("#newest-state").innerText(), "current");

  const [, { code }] = await server.messages();
  await server.verify(token, "email", code);
  await says(page, "#newest-state", /^used$/);
  assert.deepEqual(await states(page), ["used", "expired"]);

  await server.update(token, { phone_number: "+15555550199" });
  await says(page, "#messages-count", /^3 messages/);
  assert.deepEqual(await states(page), ["current", "used", "expired"]);
  await server.order("clock", { advance_seconds: 24 * 3600 });
  await says(page, "#newest-state", /^expired$/);
  assert.deepEqual(await states(page), ["expired", "used", "expired"]);
  await check();
});

test("the newest ten are shown, and more of them when they are asked for", async () => {
  const { page, check } = await open(browser, server);
  await change(await server.signIn(), 23);
  const to = async () => (await rows(page, "#messages")).map((row) => row[2].split("@")[0]);
  const numbers = (from, to) => Array.from({ length: from - to + 1 }, (_, index) => `${from - index}`);
  await says(page, "#messages-count", /^23 messages, newest first\. 10 are shown\.$/);
  assert.deepEqual(await to(), numbers(23, 14));
  const more = page.locator("#messages-more");
  assert.equal(await more.innerText(), "Show 10 more");
  await more.click();
  await says(page, "#messages-count", /\. 20 are shown\.$/);
  assert.deepEqual(await to(), numbers(23, 4));
  assert.equal(await more.innerText(), "Show 3 more");
  await more.click();
  await says(page, "#messages-count", /^23 messages, newest first\.$/);
  assert.deepEqual(await to(), numbers(23, 1));
  assert.equal(await more.isVisible(), false);

  assert.equal((await events(page)).length, 10);
  await page.locator("#events-more").click();
  await says(page, "#events-count", /^46 events, newest first\. 20 are shown\.$/);
  assert.equal((await events(page)).length, 20);
  await check();
});

test("messages, users and triggers are searched by a part of a user's name or address", async () => {
  const { page, check } = await open(browser, server);
  await server.update(await server.signIn(), { email: "new@example.org" });
  const eve = await server.token({ user_pool_id: "eu-central-1_ByEmail", client_id: "mobileapp", username: "eve@example.com" });
  await server.call("GetUserAttributeVerificationCode", { AccessToken: eve, AttributeName: "email" });
  await says(page, "#messages-count", /^2 messages/);
  for (const [text, messages, users, triggers] of [
    ["EVE@", /^1$/, /^1$/, /^1$/],
    ["dan", /^1$/, /^1$/, /^2$/],
    ["new@", /^1$/, /^0$/, /^2$/],
    ["nobody", /^0$/, /^0$/, /^0$/],
    ["", /^2$/, /^2$/, /^3$/],
  ]) {
    await page.locator("#search").fill(text);
    await says(page, "#messages-total", messages);
    await says(page, "#users-total", users);
    await says(page, "#events-total", triggers);
    if (text === "EVE@") assert.match(await page.locator("#newest-to").innerText(), /^eve@example\.com$/);
    if (text === "nobody") await says(page, "#messages-count", /^No message of such a user\.$/);
  }
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await check();
});
