// Changes, verifies and reads attributes of a signed-in user of Amazon Cognito, through the gRPC
// service. ../README.md has its commands and variables.

import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";

import {
  Metadata,
  status,
  type CallOptions,
  type ClientUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";

import { channel } from "./channel.js";
import { failureOf, type Failure } from "./failure.js";
import {
  DeliveryMedium,
  UserAttributesServiceClient,
} from "./generated/cognito/userattributes/v1/user_attributes_service.js";
import {
  HealthCheckResponse_ServingStatus,
  HealthClient,
} from "./generated/grpc/health/v1/health.js";

const USAGE = `usage: main.js update [--request-id=ID] [--timeout=SECONDS] NAME=VALUE...
       main.js verify [--request-id=ID] [--timeout=SECONDS] NAME CODE
       main.js get [--timeout=SECONDS]
       main.js health [--timeout=SECONDS]`;

/** A method of a generated client. */
type Method<Request, Reply> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, reply: Reply) => void,
) => ClientUnaryCall;

function call<Request, Reply>(
  method: Method<Request, Reply>,
  request: Request,
  options: CallOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) =>
    method(request, new Metadata(), options, (error, reply) =>
      error === null ? resolve(reply) : reject(error),
    ),
  );
}

/** A call of a command, which prints its answer; or nothing, if there is no such command. */
function callOf(command: string, words: string[], requestId: string, options: CallOptions) {
  const to = channel({
    url: variable("ENDPOINT") ?? "http://127.0.0.1:50051",
    ca: variable("ENDPOINT_TLS_CA"),
    cert: variable("ENDPOINT_TLS_CERT"),
    key: variable("ENDPOINT_TLS_KEY"),
    serverName: variable("ENDPOINT_TLS_SERVER_NAME"),
  });
  const client = new UserAttributesServiceClient(...to);
  const accessToken = variable("ACCESS_TOKEN") ?? "";

  async function update() {
    const userAttributes = words.map((word) => {
      const [name = "", ...value] = word.split("=");
      return { name, value: value.join("=") };
    });
    const request = { accessToken, requestId, userAttributes, clientMetadata: {} };
    const reply = await call(client.updateUserAttributes.bind(client), request, options);
    for (const it of reply.codeDeliveryDetailsList) {
      const by = medium(it.deliveryMedium);
      console.log(`${it.attributeName}: code sent by ${by} to ${it.destination}`);
    }
  }

  async function verify() {
    const [attributeName = "", code = ""] = words;
    const request = { accessToken, attributeName, code, requestId };
    await call(client.verifyUserAttribute.bind(client), request, options);
  }

  async function get() {
    const user = await call(client.getUser.bind(client), { accessToken }, options);
    for (const it of user.userAttributes) {
      console.log(`${it.name}=${it.value}`);
    }
  }

  async function health() {
    const checker = new HealthClient(...to);
    const service = UserAttributesServiceClient.serviceName;
    const reply = await call(checker.check.bind(checker), { service }, options);
    console.log(HealthCheckResponse_ServingStatus[reply.status]);
  }

  if (command === "update" && words.length > 0 && words.every((word) => word.includes("="))) {
    return update;
  }
  const rest = { verify: 2, get: 0, health: 0 }[command];
  return rest === words.length ? { verify, get, health }[command] : undefined;
}

function medium(value: DeliveryMedium): string {
  switch (value) {
    case DeliveryMedium.DELIVERY_MEDIUM_EMAIL:
      return "EMAIL";
    case DeliveryMedium.DELIVERY_MEDIUM_SMS:
      return "SMS";
    default:
      // A newer server may send a number that has no name here.
      return "another medium";
  }
}

function variable(name: string): string | undefined {
  return process.env[`USER_ATTRIBUTES_${name}`] || undefined;
}

function shown(failure: Failure): string {
  const { code, message, outcome, reason, retry, violations } = failure;
  const lines = [`${reason ?? status[code]}: ${message} (outcome: ${outcome})`];
  lines.push(...violations.map((it) => `  ${it.field}: ${it.description}`));
  if (retry?.retryDelay) {
    const { seconds, nanos } = retry.retryDelay;
    lines.push(`come back after ${seconds * 1000 + Math.floor(nanos / 1e6)} ms`);
  }
  return lines.join("\n");
}

async function main(): Promise<number> {
  let command, requestId, run;
  try {
    const { values, positionals } = parseArgs({
      options: { "request-id": { type: "string" }, timeout: { type: "string" } },
      allowPositionals: true,
    });
    const { timeout } = values;
    // Without a deadline of the call's own, the service config's time counts.
    const options = timeout === undefined ? {} : { deadline: Date.now() + Number(timeout) * 1000 };
    const [first = "", ...words] = positionals;
    command = first;
    requestId = values["request-id"] ?? randomUUID();
    run = callOf(command, words, requestId, options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (run === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    await run();
    return 0;
  } catch (error) {
    console.error(shown(failureOf(error as ServiceError)));
    if (command === "update" || command === "verify") {
      console.error(`request id: ${requestId}`);
    }
    return 1;
  }
}

process.exit(await main());
