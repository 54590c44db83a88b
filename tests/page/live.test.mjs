// What a person sees of a pool, and that they see it as it happens.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Server, events, launch, open, rows, says } from "./support.mjs";

let browser, server;

before(async () => { browser = await launch(); });
after(() => browser?.close());
beforeEach(async () => { server = await Server.start(); });
afterEach(() => server.stop());

/** dan's row among the users. */
const dan = async (page) => (await rows(page, '#pools [aria-labelledby="users-of-eu-central-1_Example"]'))[0];

test("a code, its trigger's event and the pending change appear without a reload", async () => {
  const { page, requests, check } = await open(browser, server);
  assert.deepEqual(await rows(page, "#messages"), []);
  await server.update(await server.signIn(), { email: "new@example.org" }, { from: "a test" });
  const [message] = await server.messages();
  await says(page, "#said", new RegExp(`^Newest code: ${message.code}, for dan\\.$`));

  const [[code, state, to, user, text]] = await rows(page, "#messages");
  assert.match(code, new RegExp(`^${message.code}`));
  assert.deepEqual([state, user], ["current", "dan"]);
  assert.match(to, /^new@example\.org\s+by e-mail \(email\)$/);
  assert.equal(text, `Your code is ${message.code}`);

  const sources = (await events(page)).map(([, source]) => source);
  assert.deepEqual(sources, ["CustomEmailSender_UpdateUserAttribute", "CustomMessage_UpdateUserAttribute"]);
  assert.match(await page.locator("#events").textContent(), /"from": "a test"/);

  await says(page, "#pools", /email: new@example\.org/);
  const [, , attributes, pending] = await dan(page);
  assert.match(attributes, /email: dan@example\.com/, "the old address, until the new one is verified");
  assert.equal(pending, "email: new@example.org");
  assert.equal(requests.filter((url) => url === `${server.url}/`).length, 1, "no reload");
  await check();
});

test("a pending change becomes the value once its code is given", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  await server.update(token, { email: "new@example.org" });
  const [{ code }] = await server.messages();
  await says(page, "#newest-code", new RegExp(code));
  await server.verify(token, "email", code);
  await page.waitForFunction(() => !document.querySelector("#pools").textContent.includes("dan@"));
  const [, , attributes, pending] = await dan(page);
  assert.match(attributes, /email: new@example\.org/);
  assert.equal(pending, "");
  await check();
});

test("HTML in a value is shown as text and is not run", async () => {
  const { page, check } = await open(browser, server);
  const html = "<img src=x onerror='window.ran = true'><script>window.ran = true</script>";
  const token = await server.signIn();
  await server.update(token, { nickname: html, email: "<b>new</b>@example.org" }, { html });
  await says(page, "#newest-to", /^<b>new<\/b>@example\.org$/);
  assert.ok((await dan(page))[2].includes(`nickname: ${html}`));
  assert.ok((await page.locator("#events").textContent()).includes(html));
  await page.locator("#search").fill("<b>");
  await says(page, "#messages-count", /^1 message/);
  await page.locator("#search").fill(html);
  await says(page, "#messages-count", /^No message of such a user\.$/);
  assert.equal(await page.locator("img, b, body script script, main script").count(), 0);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await check();
});

test("not even HTML that became part of the page would be run", async () => {
  const { page } = await open(browser, server);
  const violation = page.waitForEvent("console", (it) => /Content Security Policy/.test(it.text()));
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.ran = true'>");
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
  });
  await violation;
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await page.context().close();
});

test("news go on top, and what is open, selected or focused stays so", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  await server.update(token, { email: "first@example.org" });
  await says(page, "#messages", /first@/);
  await page.locator("#events summary").last().click();
  const selected = () => page.evaluate(() => getSelection().toString());
  await page.evaluate(() => {
    const cell = document.querySelector('#messages [data-label="To"]');
    getSelection().selectAllChildren(cell.firstChild);
    getSelection().setBaseAndExtent(cell.firstChild, 0, cell.firstChild, cell.firstChild.length);
  });
  assert.equal(await selected(), "first@example.org");

  await server.update(token, { email: "second@example.org" });
  await says(page, "#messages", /second@/);
  const to = (await rows(page, "#messages")).map((row) => row[2].split(/\s/)[0]);
  assert.deepEqual(to, ["second@example.org", "first@example.org"]);
  assert.equal(await selected(), "first@example.org");
  const open_ = await page.locator("#events details").evaluateAll((all) => all.map((it) => it.open));
  assert.deepEqual(open_, [false, false, false, true]);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await check();
});

test("what is alike at the same second is kept apart: the one that is open stays the one", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  const ask = () => server.call("GetUserAttributeVerificationCode", { AccessToken: token, AttributeName: "email" });
  await ask();
  await says(page, "#messages-count", /^1 message,/);
  await page.locator("#events summary").last().click();
  await ask();
  await ask();
  await says(page, "#messages-count", /^3 messages,/);
  const open_ = await page.locator("#events details").evaluateAll((all) => all.map((it) => it.open));
  assert.deepEqual(open_, [false, false, false, false, false, true]);
  await check();
});

test("what somebody uses doesn't fall off a list's end because of what is new", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  const update = async (from, to) => {
    for (let number = from; number <= to; number += 1) await server.update(token, { email: `${number}@example.org` });
  };
  await update(1, 10);
  await says(page, "#messages-count", /^10 messages, newest first\.$/);
  await page.locator("#events summary").last().click();
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("#messages tr:last-child [data-label=Text]")));
  const selected = await page.evaluate(() => getSelection().toString());
  await update(11, 30);
  await says(page, "#messages-total", /^30$/);
  assert.equal((await rows(page, "#messages")).length, 30);
  assert.equal(await page.evaluate(() => getSelection().toString()), selected);
  assert.equal(await page.locator("#events details[open]").count(), 1);
  assert.equal((await events(page)).length, 50);

  // Nor does it grow where nobody does anything.
  const { page: another, check: checkAnother } = await open(browser, server);
  await update(31, 32);
  await says(another, "#messages-total", /^32$/);
  assert.equal((await rows(another, "#messages")).length, 10);
  await check();
  await checkAnother();
});

test("an event tells its time and opens over the whole width", async () => {
  const { page, check } = await open(browser, server);
  await server.update(await server.signIn(), { email: "new@example.org" });
  await says(page, "#events-count", /^2 events, newest first\.$/);
  const [{ time }] = await server.messages();
  const times = await page.locator("#events time").evaluateAll((all) => all.map((it) => it.dateTime));
  assert.deepEqual(times, [time, time]);
  const list = await page.locator("#events").boundingBox();
  assert.equal(await page.locator("#events pre").first().isVisible(), false);
  await page.locator("#events summary").first().press("Enter");
  const opened = await page.locator("#events pre").first().boundingBox();
  assert.deepEqual([opened.x, opened.width], [list.x, list.width]);
  await check();
});
