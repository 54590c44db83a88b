import type { ServiceError } from "@grpc/grpc-js";

import { BadRequest, ErrorInfo, RetryInfo } from "./generated/google/rpc/error_details.js";
import { Status } from "./generated/google/rpc/status.js";

/** An error of a call. What to do depends on its reason and its outcome. */
export interface Failure {
  /** gRPC's code. */
  code: number;
  message: string;
  /** A value of the contract's ErrorReason without its prefix, if a server answered. */
  reason?: string;
  /** "not_applied" or "unknown". */
  outcome: string;
  /** The fields of the request that are at fault. */
  violations: BadRequest["fieldViolations"];
  /** When to come back, if the server says so. */
  retry?: RetryInfo;
}

/** Decodes the google.rpc details of an error. */
export function failureOf(error: ServiceError): Failure {
  const failure: Failure = {
    code: error.code,
    message: error.details,
    // Where no server says what happened, nothing is known: gRPC itself makes UNAVAILABLE of a
    // connection that it has lost after sending.
    outcome: "unknown",
    violations: [],
  };
  const [encoded] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(encoded)) {
    return failure;
  }
  for (const { typeUrl, value } of Status.decode(encoded).details) {
    switch (typeUrl) {
      case "type.googleapis.com/google.rpc.ErrorInfo": {
        const info = ErrorInfo.decode(value);
        if (info.domain === "userattributes.cognito") {
          failure.reason = info.reason;
          failure.outcome = info.metadata["outcome"] ?? "unknown";
        }
        break;
      }
      case "type.googleapis.com/google.rpc.BadRequest":
        failure.violations = BadRequest.decode(value).fieldViolations;
        break;
      case "type.googleapis.com/google.rpc.RetryInfo":
        failure.retry = RetryInfo.decode(value);
        break;
    }
  }
  return failure;
}
