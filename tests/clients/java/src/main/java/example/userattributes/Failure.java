package example.userattributes;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An error of a call. What to do depends on its reason and its outcome.
 *
 * @param reason a value of the contract's ErrorReason without its prefix, if a server answered
 * @param outcome "not_applied" or "unknown"
 * @param violations the fields of the request that are at fault
 * @param retryDelay when to come back, if the server says so
 */
record Failure(
    Status.Code code,
    String message,
    Optional<String> reason,
    String outcome,
    List<BadRequest.FieldViolation> violations,
    Optional<Duration> retryDelay) {

  /** Decodes the google.rpc details of an error. */
  static Failure of(StatusRuntimeException error) {
    Optional<ErrorInfo> info = Optional.empty();
    var violations = List.<BadRequest.FieldViolation>of();
    Optional<Duration> retryDelay = Optional.empty();
    try {
      for (var detail : StatusProto.fromThrowable(error).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          info = Optional.of(detail.unpack(ErrorInfo.class));
        } else if (detail.is(BadRequest.class)) {
          violations = detail.unpack(BadRequest.class).getFieldViolationsList();
        } else if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retryDelay = Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
        }
      }
    } catch (InvalidProtocolBufferException notDetails) {
      // What can't be read says nothing.
    }
    var ours = info.filter(it -> it.getDomain().equals("userattributes.cognito"));
    return new Failure(
        error.getStatus().getCode(),
        error.getStatus().getDescription(),
        ours.map(ErrorInfo::getReason),
        // Where no server says what happened, nothing is known: gRPC itself makes UNAVAILABLE of a
        // connection that it has lost after sending.
        ours.map(it -> it.getMetadataOrDefault("outcome", "unknown")).orElse("unknown"),
        violations,
        retryDelay);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(reason.orElse(code.name())).append(": ").append(message);
    text.append(" (outcome: ").append(outcome).append(")");
    for (var it : violations) {
      text.append("\n  ").append(it.getField()).append(": ").append(it.getDescription());
    }
    retryDelay.ifPresent(
        it -> text.append("\ncome back after ").append(it.toMillis()).append(" ms"));
    return text.toString();
  }
}
