// The pools as they are: clients, users and their tokens, the clock, faults; and how to begin anew.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Server, launch, open, rows, says } from "./support.mjs";

const CLIENTS = '#pools [aria-labelledby="clients-of-eu-central-1_Example"]';
const USERS = '#pools [aria-labelledby="users-of-eu-central-1_Example"]';

let browser, server;

before(async () => { browser = await launch(); });
after(() => browser?.close());
beforeEach(async () => { server = await Server.start(); });
afterEach(() => server.stop());

/** What a token says. */
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

test("each pool is shown with its users, and no secret", async () => {
  const { page, check } = await open(browser, server);
  const names = await page.locator("#pools h3").allInnerTexts();
  assert.deepEqual(names, ["eu-central-1_ByEmail", "example"]);
  const text = await page.locator("#pools > section:last-child").innerText();
  assert.match(text, /eu-central-1_Example/);
  assert.match(text, /1 user, by name\./);
  const [[username, status, attributes, pending, limits]] = await rows(page, USERS);
  assert.deepEqual([username, status, pending], ["dan", "CONFIRMED", ""]);
  assert.match(attributes, /email: dan@example\.com/);
  assert.match(attributes, /custom:department: Sales/);
  assert.match(limits, /^codes asked for: 0 of 5\s+verifications: 0 of 15$/);
  assert.doesNotMatch(await page.content(), /passw0rd|aMadeUpSecret/);
  await check();
});

test("app clients have their names and flows, and those whose users write whatever they like are marked", async () => {
  const { page, check } = await open(browser, server);
  assert.deepEqual(await rows(page, CLIENTS), [
    ["backoffice", "backoffice", "ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH", "some attributes"],
    ["webapp", "web", "ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH", "some attributes"],
  ]);
  const marked = page.locator("#pools tr", { has: page.locator("td .warning", { hasText: "every attribute" }) });
  assert.match((await marked.allInnerTexts()).join(), /^mobileapp\s[^,]*,/);
  assert.equal(await marked.count(), 1);
  await check();
});

test("a user's access token is copied, of the app client that is chosen", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, check } = await open(browser, server, { permissions });
  const select = page.locator("#pools > section:last-child select");
  const button = page.getByRole("button", { name: "Copy access token of dan" });
  assert.equal(await select.inputValue(), "webapp", "rather one for users than for administrators");
  for (const client of ["webapp", "backoffice"]) {
    await select.selectOption(client);
    // A choice outlasts an answer.
    await page.waitForResponse(/pools/);
    await page.waitForResponse(/pools/);
    await button.click();
    await page.waitForFunction(async (client) => {
      const [, payload] = (await navigator.clipboard.readText()).split(".");
      return payload && JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).client_id === client;
    }, client);
    const token = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(claims(token).username, "dan");
    assert.equal((await server.call("GetUser", { AccessToken: token })).Username, "dan");
  }
  await check();
});

test("a token that can't be had is not said to be copied, but why it isn't", async () => {
  const { page } = await open(browser, server, { permissions: ["clipboard-read", "clipboard-write"] });
  // Somebody deletes the user just now.
  await page.route("**/_local/tokens", async (route) => {
    await server.call("AdminDeleteUser", { UserPoolId: "eu-central-1_Example", Username: "dan" });
    await route.continue();
  });
  await page.getByRole("button", { name: "Copy access token of dan" }).click();
  await says(page, "#said", /^Not copied: User does not exist\.$/);
  assert.equal(await page.locator("#said:not(.unseen)").isVisible(), true);
  await page.context().close();
});

test("there is a line to copy that gives a token", async () => {
  const { page, check } = await open(browser, server, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copy the line" }).click();
  await says(page, "#copy-token-line", /^Copied$/);
  const line = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(line, await page.locator("#token-line").innerText());
  assert.equal(line, `curl -X POST ${server.url}/_local/tokens`);
  const AccessToken = await server.token();
  assert.equal((await server.call("GetUser", { AccessToken })).Username, "dan");
  await check();
});

test("limits show what is used of them, and that they are reached", async () => {
  const { page, check } = await open(browser, server);
  const token = await server.signIn();
  for (let time = 0; time < 5; time += 1) {
    await server.call("GetUserAttributeVerificationCode", { AccessToken: token, AttributeName: "email" });
  }
  const [{ code }] = (await server.messages()).slice(-1);
  await server.verify(token, "email", code);
  await says(page, `${USERS} [data-label="Limits"]`, /^codes asked for: 5 of 5verifications: 1 of 15$/);
  const full = await page.locator(`${USERS} [data-label="Limits"] .warning`).allInnerTexts();
  assert.deepEqual(full, ["codes asked for: 5 of 5"]);
  await server.order("clock", { advance_seconds: 3600 });
  await says(page, `${USERS} [data-label="Limits"]`, /^codes asked for: 0 of 5verifications: 0 of 15$/);
  await check();
});

test("the clock's offset and the faults to come are shown", async () => {
  const { page, check } = await open(browser, server);
  await says(page, "#clock", /^the system's$/);
  await says(page, "#faults", /^none$/);
  await server.order("clock", { advance_seconds: 90_061 });
  await says(page, "#clock", /^1 day 1 hour 1 minute 1 second ahead of the system's$/);
  await server.order("clock", { advance_seconds: -90_061 - 7200 });
  await says(page, "#clock", /^2 hours behind the system's$/);
  await server.order("faults", { operation: "GetUser", fault: "TooManyRequestsException", times: 2 });
  await server.order("faults", { operation: "GetUser", fault: "hang" });
  await says(page, "#faults", /^GetUser: TooManyRequestsException, 2 times; GetUser: hang, 1 time$/);
  assert.equal(await page.locator(".facts .warning").count(), 2);
  await check();
});

test("a reset is asked about once, and then everything is as at the start", async () => {
  const { page, requests, check } = await open(browser, server);
  await server.update(await server.signIn(), { email: "new@example.org" });
  await server.order("clock", { advance_seconds: 60 });
  await says(page, "#messages-count", /^1 message/);
  const answers = [];
  page.on("dialog", (dialog) => answers.shift() ? dialog.accept() : dialog.dismiss());
  answers.push(false);
  await page.getByRole("button", { name: "Reset everything" }).click();
  assert.ok(!requests.some((url) => url.endsWith("/reset")));
  answers.push(true);
  await page.getByRole("button", { name: "Reset everything" }).click();
  await says(page, "#said", /^Everything is as at the start\.$/);
  await says(page, "#messages-count", /^No messages yet\.$/);
  await says(page, "#clock", /^the system's$/);
  assert.ok(requests.some((url) => url.endsWith("/reset")));
  assert.equal(await page.locator("#newest").isVisible(), false);
  assert.doesNotMatch(await page.locator("#pools").innerText(), /new@/);
  await check();
});

test("what is empty has no table's header", async () => {
  const { page, check } = await open(browser, server);
  await server.call("CreateUserPool", { PoolName: "bare" });
  await says(page, "#pools", /bare/);
  const bare = page.locator("#pools > section", { hasText: "bare" });
  assert.match(await bare.innerText(), /No app clients\.\s+No users yet\./);
  assert.equal(await bare.locator("th:visible, select:visible").count(), 0);
  assert.equal(await page.locator("#messages th:visible").count(), 0);
  assert.equal(await page.locator("#events").isVisible(), false);
  await check();
});

test("a warning is there where others are let in, and none where they aren't", async () => {
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
