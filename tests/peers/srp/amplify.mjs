// Signs in by Amplify, changes the e-mail address and confirms it: see ../srp_clients.py.

import { createRequire } from "node:module";
import { readLine, tell } from "./lines.mjs";

const require = createRequire(`${process.env.PEER_BIN}/`);
const { Amplify } = require("aws-amplify");
const auth = require("aws-amplify/auth");

const [url, userPoolId, userPoolClientId, username, password, email, newPassword] =
  process.argv.slice(2);
Amplify.configure({
  Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } },
});

try {
  const { nextStep } = await auth.signIn({ username, password });
  if (nextStep.signInStep === "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED") {
    await auth.confirmSignIn({ challengeResponse: newPassword });
  }
  const changed = await auth.updateUserAttributes({ userAttributes: { email } });
  tell({ destination: changed.email.nextStep.codeDeliveryDetails.destination });
  const confirmationCode = await readLine();
  await auth.confirmUserAttribute({ userAttributeKey: "email", confirmationCode });
  tell({ attributes: await auth.fetchUserAttributes() });
} catch (error) {
  tell({ refused: error.name, message: error.message });
}
