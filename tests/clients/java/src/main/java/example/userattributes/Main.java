package example.userattributes;

import cognito.userattributes.v1.AttributeType;
import cognito.userattributes.v1.GetUserRequest;
import cognito.userattributes.v1.UpdateUserAttributesRequest;
import cognito.userattributes.v1.UserAttributesServiceGrpc;
import cognito.userattributes.v1.UserAttributesServiceGrpc.UserAttributesServiceBlockingStub;
import cognito.userattributes.v1.VerifyUserAttributeRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.AbstractStub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Changes, verifies and reads attributes of a signed-in user of Amazon Cognito, through the gRPC
 * service. ../README.md has its commands and variables.
 */
final class Main {
  private static final String USAGE =
      """
      usage: Main update [--request-id=ID] [--timeout=SECONDS] NAME=VALUE...
             Main verify [--request-id=ID] [--timeout=SECONDS] NAME CODE
             Main get [--timeout=SECONDS]
             Main health [--timeout=SECONDS]""";

  private String requestId = UUID.randomUUID().toString();

  /** Null for the service config's. */
  private Double timeout;

  private final String command;

  /** What follows the command. */
  private final List<String> words = new ArrayList<>();

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws InterruptedException {
    ManagedChannel channel;
    Main main;
    try {
      main = new Main(arguments);
      channel = endpoint().connect(main.command.equals("health"));
    } catch (IllegalArgumentException | IOException error) {
      System.err.println(error.getMessage());
      return 2;
    }
    try {
      main.call(channel);
      return 0;
    } catch (IllegalArgumentException error) {
      System.err.println(error.getMessage());
      return 2;
    } catch (StatusRuntimeException error) {
      System.err.println(Failure.of(error));
      if (List.of("update", "verify").contains(main.command)) {
        System.err.println("request id: " + main.requestId);
      }
      return 1;
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private Main(String[] arguments) {
    for (String word : arguments) {
      if (word.startsWith("--request-id=")) {
        requestId = word.substring("--request-id=".length());
      } else if (word.startsWith("--timeout=")) {
        timeout = Double.valueOf(word.substring("--timeout=".length()));
      } else if (word.startsWith("-")) {
        throw new IllegalArgumentException(USAGE);
      } else {
        words.add(word);
      }
    }
    if (words.isEmpty()) {
      throw new IllegalArgumentException(USAGE);
    }
    command = words.remove(0);
  }

  private void call(ManagedChannel channel) {
    var stub = within(UserAttributesServiceGrpc.newBlockingStub(channel));
    switch (command + " " + words.size()) {
      case "verify 2" -> verify(stub, words.get(0), words.get(1));
      case "get 0" -> get(stub);
      case "health 0" -> health(channel);
      default -> {
        if (!command.equals("update") || words.isEmpty()) {
          throw new IllegalArgumentException(USAGE);
        }
        update(stub);
      }
    }
  }

  private void update(UserAttributesServiceBlockingStub stub) {
    var request =
        UpdateUserAttributesRequest.newBuilder()
            .setAccessToken(accessToken())
            .setRequestId(requestId);
    for (String pair : words) {
      int middle = pair.indexOf('=');
      if (middle < 0) {
        throw new IllegalArgumentException(USAGE);
      }
      request.addUserAttributes(
          AttributeType.newBuilder()
              .setName(pair.substring(0, middle))
              .setValue(pair.substring(middle + 1)));
    }
    for (var it : stub.updateUserAttributes(request.build()).getCodeDeliveryDetailsListList()) {
      var medium =
          switch (it.getDeliveryMedium()) {
            case DELIVERY_MEDIUM_EMAIL -> "EMAIL";
            case DELIVERY_MEDIUM_SMS -> "SMS";
            // A newer server may send a number that has no name here.
            default -> "another medium";
          };
      System.out.printf(
          "%s: code sent by %s to %s%n", it.getAttributeName(), medium, it.getDestination());
    }
  }

  private void verify(UserAttributesServiceBlockingStub stub, String name, String code) {
    stub.verifyUserAttribute(
        VerifyUserAttributeRequest.newBuilder()
            .setAccessToken(accessToken())
            .setAttributeName(name)
            .setCode(code)
            .setRequestId(requestId)
            .build());
  }

  private void get(UserAttributesServiceBlockingStub stub) {
    var user = stub.getUser(GetUserRequest.newBuilder().setAccessToken(accessToken()).build());
    for (var it : user.getUserAttributesList()) {
      System.out.println(it.getName() + "=" + it.getValue());
    }
  }

  private void health(ManagedChannel channel) {
    var request =
        HealthCheckRequest.newBuilder().setService(UserAttributesServiceGrpc.SERVICE_NAME).build();
    System.out.println(within(HealthGrpc.newBlockingStub(channel)).check(request).getStatus());
  }

  /** The stub with the deadline that was asked for. */
  private <S extends AbstractStub<S>> S within(S stub) {
    return timeout == null
        ? stub
        : stub.withDeadlineAfter((long) (timeout * 1000), TimeUnit.MILLISECONDS);
  }

  private static Endpoint endpoint() {
    var url = variable("ENDPOINT");
    return new Endpoint(
        url == null ? "http://127.0.0.1:50051" : url,
        variable("ENDPOINT_TLS_CA"),
        variable("ENDPOINT_TLS_CERT"),
        variable("ENDPOINT_TLS_KEY"),
        variable("ENDPOINT_TLS_SERVER_NAME"));
  }

  private static String accessToken() {
    var token = variable("ACCESS_TOKEN");
    return token == null ? "" : token;
  }

  private static String variable(String name) {
    var value = System.getenv("USER_ATTRIBUTES_" + name);
    return value == null || value.isEmpty() ? null : value;
  }
}
