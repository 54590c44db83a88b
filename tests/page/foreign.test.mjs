// A web site of somebody else's, open in the same browser, gets at no code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Server, foreignSite, launch } from "./support.mjs";

let browser, server, site, page;

before(async () => {
  // Their name leads here, as an attacker's may.
  browser = await launch("--host-resolver-rules=MAP evil.test 127.0.0.1");
  server = await Server.start();
  site = await foreignSite();
  page = await browser.newPage();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  site?.close();
});

/** What a page's script gets of the pool's answer. */
const readOutbox = (url) =>
  page.evaluate(async (url) => {
    const answer = await fetch(url).catch((error) => error);
    return answer instanceof Response ? answer.text() : answer.name;
  }, `${url}/_local/outbox`);

test("the pool's own page can read the outbox", async () => {
  await page.goto(server.url);
  assert.deepEqual(JSON.parse(await readOutbox(server.url)), { messages: [] });
});

for (const host of ["evil.test", "localhost"]) {
  test(`a page of http://${host} on another port can't read the outbox`, async () => {
    await page.goto(`http://${host}:${site.port}/`);
    assert.equal(await readOutbox(server.url), "TypeError");
  });

  test(`a page of http://${host} on another port can't give an order`, async () => {
    await page.goto(`http://${host}:${site.port}/`);
    // Of the types that a page may send without asking first.
    const types = ["text/plain", "application/x-www-form-urlencoded"];
    const before = await clock();
    await page.evaluate(async ([url, types]) => {
      for (const type of types) {
        const body = '{"advance_seconds":86400}';
        const headers = { "content-type": type };
        await fetch(url, { method: "POST", mode: "no-cors", headers, body }).catch(() => {});
      }
    }, [`${server.url}/_local/clock`, types]);
    const now = await clock();
    assert.ok(now - before < 3600, "the clock wasn't advanced");
  });
}

test("a foreign name that leads to the pool gets neither the page nor the outbox", async () => {
  const rebound = `http://evil.test:${new URL(server.url).port}`;
  const answer = await page.goto(rebound);
  assert.equal(answer.status(), 403);
  assert.match(await readOutbox(rebound), /^the local pool answers on a loopback address/);
});

test("no page can show the pool's page within its own", async () => {
  await page.goto(`http://localhost:${site.port}/`);
  const violation = page.waitForEvent("console", (it) => /frame-ancestors/.test(it.text()));
  await page.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
  }, server.url);
  await violation;
});

/** The pool's time, in seconds since 1970: that of a new token. */
async function clock() {
  const token = await server.signIn();
  const payload = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  return payload.iat;
}
