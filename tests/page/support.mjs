// What the tests have in common: the server and its pool, a browser, and a page in it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// The packages aren't in the repository, but where .ci/page has put them.
const { chromium } = createRequire(`${process.env.PACKAGES}/`)("playwright-core");

/** The server in front of the example of a file of pools, on free ports. */
export class Server {
  static async start(poolAddress = "127.0.0.1:0", ...options) {
    const server = new Server();
    const local = "127.0.0.1:0";
    const config = fileURLToPath(new URL("../it/data/pools.toml", import.meta.url));
    server.process = spawn(
      process.env.SERVER_BIN,
      [
        ...["--local-pool", "--local-pool-addr", poolAddress, "--local-pool-config", config],
        ...["--grpc-addr", local, "--admin-addr", local, "--log-format", "json"],
        ...options,
      ],
      { env: {}, stdio: ["ignore", "ignore", "pipe"] },
    );
    server.ended = once(server.process, "exit");
    const lines = createInterface({ input: server.process.stderr });
    // What comes after is read too, as a full pipe would block the server.
    server.url = await new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        const event = JSON.parse(line);
        if (event.message === "listening") resolve(event.upstream);
      });
      server.ended.then(() => reject(new Error("the server ended before it listened")));
    });
    return server;
  }

  get address() {
    return new URL(this.url).host;
  }

  async stop() {
    this.process.kill();
    await this.ended;
  }

  /** An operation of Cognito's API that succeeds. */
  async call(operation, request) {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(request),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
  }

  /** An access token of a user, such as dan, whose e-mail address changes once it is verified. */
  async signIn(username = "dan") {
    const answer = await this.call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "webapp",
      AuthParameters: { USERNAME: username, PASSWORD: "passw0rd" },
    });
    return answer.AuthenticationResult.AccessToken;
  }

  update(token, attributes, metadata = {}) {
    return this.call("UpdateUserAttributes", {
      AccessToken: token,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      ClientMetadata: metadata,
    });
  }

  /** What a test may ask of the pool. */
  async order(what, order) {
    const answer = await fetch(`${this.url}/_local/${what}`, { method: "POST", body: JSON.stringify(order) });
    assert.equal(answer.status, 200, await answer.text());
  }

  verify(token, attribute, code) {
    return this.call("VerifyUserAttribute", { AccessToken: token, AttributeName: attribute, Code: code });
  }

  /** An access token without a sign-in, of the default user unless another is named. */
  async token(whose = {}) {
    const answer = await fetch(`${this.url}/_local/tokens`, { method: "POST", body: JSON.stringify(whose) });
    return (await answer.json()).access_token;
  }

  async messages() {
    const answer = await fetch(`${this.url}/_local/outbox`);
    return (await answer.json()).messages;
  }
}

/** Debian's Chromium, which asks nobody for anything of its own accord. */
export function launch(...options) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN,
    args: ["--disable-gpu", "--disable-quic", "--disable-sync", "--no-proxy-server", ...options],
  });
}

/**
 * The pool's page, in a context of its own. `check` says that there was no error, no breach of the
 * page's policy, and no request to anywhere else.
 */
export async function open(browser, server, settings = {}) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const problems = [];
  const requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(server.url);
  await says(page, "#state", /^Live/);
  const check = async () => {
    await context.close();
    assert.deepEqual(problems, []);
    assert.deepEqual(requests.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:")), []);
  };
  return { page, requests, check };
}

/** Waits until an element's text matches. */
export async function says(page, selector, pattern) {
  const matches = ([selector, source]) =>
    new RegExp(source).test(document.querySelector(selector)?.textContent);
  await page.waitForFunction(matches, [selector, pattern.source]);
}

/** The texts of a table's rows, each a list of its cells. */
export function rows(page, table) {
  return page.locator(`${table} tbody tr`).evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
}

/** The events that are shown: time, source, user and pool of each. */
export function events(page) {
  return page.locator("#events summary").evaluateAll((all) =>
    all.map((it) => [...it.children].map((part) => part.innerText.trim())));
}

/** A web site of somebody else's: a page that has loaded nothing yet. */
export async function foreignSite() {
  const site = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" });
    answer.end("<!doctype html><title>A site</title>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return { port: site.address().port, close: () => site.close() };
}
