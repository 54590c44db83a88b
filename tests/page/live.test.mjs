// What a person sees of a pool, and that they see it as it happens.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Server, launch, open, rows, says } from "./support.mjs";

let browser, server;

before(async () => { browser = await launch(); });
after(() => browser?.close());
beforeEach(async () => { server = await Server.start(); });
afterEach(() => server.stop());

test("the page shows each pool, its app clients and its users", async () => {
  const { page, check } = await open(browser, server);
  const names = await page.locator("#pools h3").allInnerTexts();
  assert.deepEqual(names, ["eu-central-1_ByEmail", "example"]);
  const pool = page.locator("#pools > section", { hasText: "example" }).last();
  const text = await pool.innerText();
  assert.match(text, /eu-central-1_Example/);
  assert.match(text, /backoffice, webapp/);
  assert.match(text, /1 user, by name\./);
  const [dan] = await rows(page, "#pools > section:last-child");
  assert.deepEqual(dan.slice(0, 3), ["dan", "CONFIRMED", "yes"]);
  assert.match(dan[3], /email: dan@example\.com/);
  assert.match(dan[3], /custom:department: Sales/);
  assert.equal(dan[4], "");
  assert.doesNotMatch(await page.content(), /passw0rd|aMadeUpSecret/);
  await check();
});

test("the page marks an app client whose users write whatever they like", async () => {
  const { page, check } = await open(browser, server);
  const text = await page.locator("#pools").innerText();
  assert.match(text, /mobileapp \(its users write every attribute\)/);
  assert.doesNotMatch(text, /(webapp|backoffice) \(/);
  await check();
});

test("the page has a line to copy that gives a token", async () => {
  const { page, check } = await open(browser, server);
  const line = await page.locator("#token-line").innerText();
  assert.equal(line, `curl -X POST ${server.url}/_local/tokens`);
  const answer = await fetch(`${server.url}/_local/tokens`, { method: "POST" });
  const { access_token: AccessToken } = await answer.json();
  assert.equal((await server.call("GetUser", { AccessToken })).Username, "dan");
  await check();
});

test("the page warns where others are let in, and says nothing where they aren't", async () => {
  const alone = await open(browser, server);
  assert.equal(await alone.page.locator("#allowed").isVisible(), false);
  await alone.check();
  const options = ["--local-pool-allow-host", "pool"];
  const shared = await Server.start("0.0.0.0:0", ...options);
  const { page, check } = await open(browser, shared);
  await says(page, "#allowed", /^Others are let in, as pool: whoever reaches this pool reads/);
  assert.equal(await page.locator("#allowed").isVisible(), true);
  await check();
  await shared.stop();
});

test("a code, its trigger's event and the pending change appear without a reload", async () => {
  const { page, requests, check } = await open(browser, server);
  assert.deepEqual(await rows(page, "#messages"), []);
  await server.update(await server.signIn(), { email: "new@example.org" }, { from: "a test" });
  const [message] = await server.messages();
  await says(page, "#newest", new RegExp(`^Newest code: ${message.code}, for dan\\.$`));

  const [[code, to, user, text]] = await rows(page, "#messages");
  assert.match(code, new RegExp(`^${message.code}`));
  assert.deepEqual([to, user], ["new@example.org", "dan"]);
  assert.equal(text, `Your code is ${message.code}`);

  const events = await rows(page, "#events");
  assert.ok(events.some(([source]) => source === "CustomEmailSender_UpdateUserAttribute"), events);
  assert.match(await page.locator("#events").textContent(), /"from": "a test"/);

  await says(page, "#pools", /email: new@example\.org/);
  const [dan] = await rows(page, "#pools > section:last-child");
  assert.match(dan[3], /email: dan@example\.com/, "the old address, until the new one is verified");
  assert.equal(dan[4], "email: new@example.org");
  assert.equal(requests.filter((url) => url === `${server.url}/`).length, 1, "no reload");
  await check();
});

test("a pending change becomes the value once its code is given", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  await server.update(token, { email: "new@example.org" });
  const [{ code }] = await server.messages();
  await says(page, "#newest", new RegExp(code));
  await server.call("VerifyUserAttribute", { AccessToken: token, AttributeName: "email", Code: code });
  await page.waitForFunction(() => !document.querySelector("#pools").textContent.includes("dan@"));
  const [dan] = await rows(page, "#pools > section:last-child");
  assert.match(dan[3], /email: new@example\.org/);
  assert.equal(dan[4], "");
  await check();
});

test("HTML in a value is shown as text and is not run", async () => {
  const { page, check } = await open(browser, server);
  const html = "<img src=x onerror='window.ran = true'><script>window.ran = true</script>";
  const token = await server.signIn();
  await server.update(token, { nickname: html, email: "new@example.org" }, { html });
  await says(page, "#newest", /^Newest code/);
  const [dan] = await rows(page, "#pools > section:last-child");
  assert.ok(dan[3].includes(`nickname: ${html}`), dan[3]);
  assert.ok((await page.locator("#events").textContent()).includes(html));
  assert.equal(await page.locator("img, body script script, main script").count(), 0);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await check();
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
    getSelection().selectAllChildren(cell);
  });
  assert.equal(await selected(), "first@example.org");

  await server.update(token, { email: "second@example.org" });
  await says(page, "#messages", /second@/);
  const to = (await rows(page, "#messages")).map((row) => row[1]);
  assert.deepEqual(to, ["second@example.org", "first@example.org"]);
  assert.equal(await selected(), "first@example.org");
  const open_ = await page.locator("#events details").evaluateAll((all) => all.map((it) => it.open));
  assert.deepEqual(open_, [...open_.slice(1).fill(false), true]);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await check();
});

test("a code can be copied", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, check } = await open(browser, server, { permissions });
  await server.update(await server.signIn(), { email: "new@example.org" });
  const [{ code }] = await server.messages();
  await page.getByRole("button", { name: `Copy ${code}` }).click();
  await says(page, "#messages button", /^Copied$/);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  await check();
});

test("of many messages the newest are shown, and how many more there are", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  for (let number = 1; number <= 203; number += 1) {
    await server.update(token, { email: `${number}@example.org` });
  }
  await says(page, "#messages-count", /^203 messages, newest first\. 200 are shown, 3 more are not\.$/);
  const to = (await rows(page, "#messages")).map((row) => row[1]);
  assert.equal(to.length, 200);
  assert.deepEqual([to.at(0), to.at(-1)], ["203@example.org", "4@example.org"]);
  await check();
});

for (const colorScheme of ["light", "dark"]) {
  test(`on a phone nothing has to be scrolled sideways, in ${colorScheme} mode`, async () => {
    const viewport = { width: 360, height: 740 };
    const { page, check } = await open(browser, server, { colorScheme, viewport });
    const html = "a-nickname-without-a-place-to-break".repeat(10);
    await server.update(await server.signIn(), { email: "new@example.org", nickname: html });
    await says(page, "#newest", /^Newest code/);
    for (const summary of await page.locator("summary").all()) await summary.click();
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} > ${clientWidth}`);
    const [red] = await page.evaluate(() =>
      getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(red > 128, colorScheme === "light");
    // Its roles survive the cards that it becomes.
    const table = page.getByRole("table", { name: /^1 message, newest first\.$/ });
    assert.equal(await table.getByRole("cell").count(), 6);
    assert.equal(await table.getByRole("columnheader").count(), 6);
    await check();
  });
}
