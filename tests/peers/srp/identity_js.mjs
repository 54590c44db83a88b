// Signs in by amazon-cognito-identity-js, changes the e-mail address and confirms it: see
// ../srp_clients.py.

import { createRequire } from "node:module";
import { readLine, tell } from "./lines.mjs";

const require = createRequire(`${process.env.PEER_BIN}/`);
const cognito = require("amazon-cognito-identity-js");

const [url, UserPoolId, ClientId, Username, Password, email, newPassword] = process.argv.slice(2);
const Pool = new cognito.CognitoUserPool({ UserPoolId, ClientId, endpoint: url });
const user = new cognito.CognitoUser({ Username, Pool });

/** What a call gives that takes an object of functions. */
const answer = (call) =>
  new Promise((onSuccess, onFailure) => {
    const callbacks = { onSuccess, onFailure };
    callbacks.newPasswordRequired = () =>
      user.completeNewPasswordChallenge(newPassword, {}, callbacks);
    call(callbacks);
  });

/** What a call gives that takes a function. */
const result = (call) =>
  new Promise((resolve, reject) =>
    call((error, ...values) => (error ? reject(error) : resolve(values))));

try {
  const details = new cognito.AuthenticationDetails({ Username, Password });
  await answer((callbacks) => user.authenticateUser(details, callbacks));
  const change = new cognito.CognitoUserAttribute({ Name: "email", Value: email });
  const [, sent] = await result((callback) => user.updateAttributes([change], callback));
  tell({ destination: sent.CodeDeliveryDetailsList[0].Destination });
  const code = await readLine();
  await answer((callbacks) => user.verifyAttribute("email", code, callbacks));
  const [attributes] = await result((callback) => user.getUserAttributes(callback));
  tell({ attributes: Object.fromEntries(attributes.map((it) => [it.Name, it.Value])) });
} catch (error) {
  tell({ refused: error.code ?? error.name, message: error.message });
}
