// A server that is stopped and started while its page is open.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Server, launch, open, rows, says } from "./support.mjs";

test("the page says when the server is gone, and goes on when it is back", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  let server = await Server.start();
  t.after(() => server.stop());
  const { page } = await open(browser, server);
  await server.update(await server.signIn(), { email: "new@example.org" });
  await says(page, "#messages", /new@/);

  await server.stop();
  await says(page, "#state", /^The pool hasn't answered since .+ may be out of date/);
  assert.equal(await page.locator("#state.gone").count(), 1);
  assert.equal((await rows(page, "#messages")).length, 1, "what was known stays");

  // It has forgotten everything.
  server = await Server.start(server.address);
  await says(page, "#state", /^Live/);
  assert.equal(await page.locator("#state.gone").count(), 0);
  await says(page, "#messages-count", /^No messages yet\.$/);
  assert.deepEqual(await rows(page, "#messages"), []);
  await server.update(await server.signIn(), { email: "newer@example.org" });
  await says(page, "#messages", /newer@/);
});
