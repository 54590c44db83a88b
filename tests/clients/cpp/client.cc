#include "client.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "google/rpc/status.pb.h"
#include "service_config.h"

namespace user_attributes {
namespace {

std::string Read(const std::string& path) {
  if (path.empty()) return "";
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) {
    throw std::invalid_argument("can't read " + path);
  }
  return content.str();
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Endpoint& endpoint, bool tls) {
  if (!tls) {
    if (!(endpoint.ca + endpoint.cert + endpoint.key + endpoint.server_name).empty()) {
      throw std::invalid_argument("TLS is set up, and the URL isn't https://");
    }
    return grpc::InsecureChannelCredentials();
  }
  if (endpoint.cert.empty() != endpoint.key.empty()) {
    throw std::invalid_argument("a certificate and its key go together");
  }
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Read(endpoint.ca);
  options.pem_cert_chain = Read(endpoint.cert);
  options.pem_private_key = Read(endpoint.key);
  return grpc::SslCredentials(options);
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const Endpoint& endpoint, bool asks_health) {
  const auto end = endpoint.url.find("://");
  const auto scheme = endpoint.url.substr(0, end);
  if (end == std::string::npos || (scheme != "http" && scheme != "https")) {
    throw std::invalid_argument(endpoint.url + " isn't http://HOST:PORT or https://HOST:PORT");
  }
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetInt("grpc.inhibit_health_checking", asks_health);
  if (!endpoint.server_name.empty()) {
    arguments.SetSslTargetNameOverride(endpoint.server_name);
  }
  return grpc::CreateCustomChannel("dns:///" + endpoint.url.substr(end + 3),
                                   CredentialsOf(endpoint, scheme == "https"), arguments);
}

Failure FailureOf(const grpc::Status& status) {
  Failure failure;
  failure.code = status.error_code();
  failure.message = status.error_message();
  google::rpc::Status decoded;
  if (!decoded.ParseFromString(status.error_details())) return failure;
  for (const auto& detail : decoded.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    // Each is true if the detail is of that type.
    if (detail.UnpackTo(&info) && info.domain() == "userattributes.cognito") {
      failure.reason = info.reason();
      const auto outcome = info.metadata().find("outcome");
      if (outcome != info.metadata().end()) failure.outcome = outcome->second;
    } else if (detail.UnpackTo(&bad_request)) {
      const auto& violations = bad_request.field_violations();
      failure.violations.assign(violations.begin(), violations.end());
    } else if (detail.UnpackTo(&retry)) {
      failure.retry = retry;
    }
  }
  return failure;
}

}  // namespace user_attributes
