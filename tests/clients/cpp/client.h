// A client of the service: the connection to it, and what its errors say.

#ifndef USER_ATTRIBUTES_CLIENT_H_
#define USER_ATTRIBUTES_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"

namespace user_attributes {

// How to reach the service. An empty text is one that isn't given.
struct Endpoint {
  // http://HOST:PORT, or https://HOST:PORT for TLS.
  std::string url = "http://127.0.0.1:50051";
  // PEM files: the certificates to trust, instead of the system's, and the client's own
  // certificate and its key.
  std::string ca, cert, key;
  // The name that the server's certificate must have, instead of the URL's host.
  std::string server_name;
};

// A channel that keeps to the contract's service config: which calls gRPC repeats by itself, how
// long a call may take, and which servers are called. Unless it is to ask for health, a server that
// isn't SERVING gets no call.
//
// Throws std::invalid_argument for what makes no sense, and for a file that can't be read.
std::shared_ptr<grpc::Channel> Connect(const Endpoint& endpoint, bool asks_health = false);

// An error of a call. What to do depends on its reason and its outcome.
struct Failure {
  grpc::StatusCode code;
  std::string message;
  // A value of the contract's ErrorReason without its prefix, or empty if no server answered.
  std::string reason;
  // "not_applied" or "unknown". Where no server says what happened, nothing is known: gRPC itself
  // makes UNAVAILABLE of a connection that it has lost after sending.
  std::string outcome = "unknown";
  // The fields of the request that are at fault.
  std::vector<google::rpc::BadRequest::FieldViolation> violations;
  // When to come back, if the server says so.
  std::optional<google::rpc::RetryInfo> retry;
};

// Decodes the google.rpc details of an error.
Failure FailureOf(const grpc::Status& status);

}  // namespace user_attributes

#endif  // USER_ATTRIBUTES_CLIENT_H_
