// Changes, verifies and reads attributes of a signed-in user of Amazon Cognito, through the gRPC
// service. ../README.md has its commands and variables.

#include <getopt.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>

#include "client.h"
#include "cognito/userattributes/v1/user_attributes_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace pb = cognito::userattributes::v1;
using grpc::health::v1::HealthCheckResponse;

namespace {

constexpr char kUsage[] =
    "usage: user_attributes update [--request-id=ID] [--timeout=SECONDS] NAME=VALUE...\n"
    "       user_attributes verify [--request-id=ID] [--timeout=SECONDS] NAME CODE\n"
    "       user_attributes get [--timeout=SECONDS]\n"
    "       user_attributes health [--timeout=SECONDS]\n";

struct Command {
  std::string name;
  std::string request_id;
  // Seconds. As long as the service config's, which gRPC's C core keeps to itself: the server isn't
  // told, and the call can end a second early, before the server's own answer.
  double timeout = 21;
  std::vector<std::string> words;
};

std::string Variable(const std::string& name, const std::string& otherwise = "") {
  const char* value = std::getenv(("USER_ATTRIBUTES_" + name).c_str());
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string NewRequestId() {
  std::random_device random;
  std::ostringstream id;
  for (int i = 0; i < 4; ++i) id << std::hex << random();
  return id.str();
}

Command Parse(int argc, char** argv) {
  const option options[] = {{"request-id", required_argument, nullptr, 'r'},
                            {"timeout", required_argument, nullptr, 't'},
                            {}};
  Command command;
  for (int found; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
    if (found == 'r') {
      command.request_id = optarg;
    } else if (found == 't') {
      command.timeout = std::stod(optarg);
    } else {
      throw std::invalid_argument(kUsage);
    }
  }
  if (optind == argc) throw std::invalid_argument(kUsage);
  command.name = argv[optind];
  command.words.assign(argv + optind + 1, argv + argc);
  if (command.request_id.empty()) command.request_id = NewRequestId();
  return command;
}

void SetDeadline(grpc::ClientContext& context, const Command& command) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::duration_cast<std::chrono::system_clock::duration>(
                           std::chrono::duration<double>(command.timeout)));
}

std::string Medium(pb::DeliveryMedium medium) {
  const std::string prefix = "DELIVERY_MEDIUM_";
  // A newer server may send a number that has no name here.
  const auto name = pb::DeliveryMedium_Name(medium);
  return name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : "another medium";
}

grpc::Status Update(pb::UserAttributesService::Stub& stub, const Command& command,
                    const std::string& token) {
  pb::UpdateUserAttributesRequest request;
  request.set_access_token(token);
  request.set_request_id(command.request_id);
  for (const auto& word : command.words) {
    const auto middle = word.find('=');
    if (middle == std::string::npos) throw std::invalid_argument(kUsage);
    auto& attribute = *request.add_user_attributes();
    attribute.set_name(word.substr(0, middle));
    attribute.set_value(word.substr(middle + 1));
  }
  grpc::ClientContext context;
  SetDeadline(context, command);
  pb::UpdateUserAttributesResponse reply;
  const auto status = stub.UpdateUserAttributes(&context, request, &reply);
  for (const auto& it : reply.code_delivery_details_list()) {
    std::cout << it.attribute_name() << ": code sent by " << Medium(it.delivery_medium()) << " to "
              << it.destination() << "\n";
  }
  return status;
}

grpc::Status Verify(pb::UserAttributesService::Stub& stub, const Command& command,
                    const std::string& token) {
  if (command.words.size() != 2) throw std::invalid_argument(kUsage);
  pb::VerifyUserAttributeRequest request;
  request.set_access_token(token);
  request.set_attribute_name(command.words[0]);
  request.set_code(command.words[1]);
  request.set_request_id(command.request_id);
  grpc::ClientContext context;
  SetDeadline(context, command);
  pb::VerifyUserAttributeResponse reply;
  return stub.VerifyUserAttribute(&context, request, &reply);
}

grpc::Status Get(pb::UserAttributesService::Stub& stub, const Command& command,
                 const std::string& token) {
  pb::GetUserRequest request;
  request.set_access_token(token);
  grpc::ClientContext context;
  SetDeadline(context, command);
  pb::GetUserResponse reply;
  const auto status = stub.GetUser(&context, request, &reply);
  for (const auto& it : reply.user_attributes()) std::cout << it.name() << "=" << it.value() << "\n";
  return status;
}

grpc::Status Health(const std::shared_ptr<grpc::Channel>& channel, const Command& command) {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(pb::UserAttributesService::service_full_name());
  grpc::ClientContext context;
  SetDeadline(context, command);
  HealthCheckResponse reply;
  const auto status =
      grpc::health::v1::Health::NewStub(channel)->Check(&context, request, &reply);
  if (status.ok()) std::cout << HealthCheckResponse::ServingStatus_Name(reply.status()) << "\n";
  return status;
}

void Print(const user_attributes::Failure& failure) {
  const auto name =
      failure.reason.empty() ? "gRPC code " + std::to_string(failure.code) : failure.reason;
  std::cerr << name << ": " << failure.message << " (outcome: " << failure.outcome << ")\n";
  for (const auto& it : failure.violations) {
    std::cerr << "  " << it.field() << ": " << it.description() << "\n";
  }
  if (failure.retry) {
    const auto& delay = failure.retry->retry_delay();
    std::cerr << "come back after " << delay.seconds() * 1000 + delay.nanos() / 1000000 << " ms\n";
  }
}

int Run(int argc, char** argv) {
  const auto command = Parse(argc, argv);
  const auto token = Variable("ACCESS_TOKEN");
  const auto channel = user_attributes::Connect(
      {Variable("ENDPOINT", "http://127.0.0.1:50051"), Variable("ENDPOINT_TLS_CA"),
       Variable("ENDPOINT_TLS_CERT"), Variable("ENDPOINT_TLS_KEY"),
       Variable("ENDPOINT_TLS_SERVER_NAME")},
      command.name == "health");
  const auto stub = pb::UserAttributesService::NewStub(channel);
  const bool is_change = command.name == "update" || command.name == "verify";
  grpc::Status status;
  if (command.name == "update" && !command.words.empty()) {
    status = Update(*stub, command, token);
  } else if (command.name == "verify") {
    status = Verify(*stub, command, token);
  } else if (command.name == "get" && command.words.empty()) {
    status = Get(*stub, command, token);
  } else if (command.name == "health" && command.words.empty()) {
    status = Health(channel, command);
  } else {
    throw std::invalid_argument(kUsage);
  }
  if (status.ok()) return 0;
  Print(user_attributes::FailureOf(status));
  if (is_change) std::cerr << "request id: " << command.request_id << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::logic_error& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
