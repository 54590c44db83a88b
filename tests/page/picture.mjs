// Takes a picture of the page as it is after a while of work:
//
//     picture.mjs FILE [WIDTH HEIGHT [light|dark]]

import { Server, launch, says } from "./support.mjs";

const [file, width = 1280, height = 760, colorScheme = "light"] = process.argv.slice(2);

const server = await Server.start();
const browser = await launch();
try {
  await work();
  const viewport = { width: Number(width), height: Number(height) };
  const page = await browser.newPage({ colorScheme, viewport, locale: "en-GB" });
  await page.goto(server.url);
  await says(page, "#messages-count", /^\d/);
  await page.screenshot({ path: file });
} finally {
  await browser.close();
  await server.stop();
}

/** What developers do to a pool: users come, addresses change, something is made to fail. */
async function work() {
  const pool = { UserPoolId: "eu-central-1_Example" };
  for (const [name, phone] of [["ann", "+15555550111"], ["bob", "+15555550122"], ["cem", "+15555550133"]]) {
    await server.call("AdminCreateUser", {
      ...pool,
      Username: name,
      DesiredDeliveryMediums: name === "bob" ? ["SMS"] : ["EMAIL"],
      UserAttributes: Object.entries({
        name, email: `${name}@example.com`, phone_number: phone, "custom:department": "Support",
      }).map(([Name, Value]) => ({ Name, Value })),
    });
  }
  const password = { Password: "passw0rd", Permanent: true };
  await server.call("AdminSetUserPassword", { ...pool, Username: "ann", ...password });
  await server.call("AdminDisableUser", { ...pool, Username: "cem" });
  await server.order("clock", { advance_seconds: 25 * 3600 });
  const [dan, ann] = [await server.signIn(), await server.signIn("ann")];
  await server.update(ann, { email: "ann@example.net" }, { campaign: "spring" });
  const [{ code }] = (await server.messages()).slice(-1);
  await server.call("VerifyUserAttribute", { AccessToken: ann, AttributeName: "email", Code: code });
  for (const [token, attribute, times] of [[ann, "phone_number", 2], [dan, "phone_number", 4], [ann, "email", 1]]) {
    for (let time = 0; time < times; time += 1) {
      await server.call("GetUserAttributeVerificationCode", { AccessToken: token, AttributeName: attribute });
    }
  }
  await server.update(dan, { email: "dan@example.org", nickname: "Dan" }, { from: "settings page" });
  await server.order("faults", { operation: "UpdateUserAttributes", fault: "TooManyRequestsException", times: 2 });
}
