package main

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // Without it, healthCheckConfig has no effect.
	"google.golang.org/grpc/status"

	pb "example/userattributes/cognito/userattributes/v1"
)

// Which calls gRPC repeats by itself, how long a call may take, and which servers are called: a
// copy of the contract's own proto/service_config.json.
//
//go:embed service_config.json
var serviceConfig string

// dial makes a connection that keeps to the service config. Without credentials it is plaintext
// HTTP/2.
func dial(
	target string, secure credentials.TransportCredentials, options ...grpc.DialOption,
) (*grpc.ClientConn, error) {
	if secure == nil {
		secure = insecure.NewCredentials()
	}
	return grpc.NewClient(target, append([]grpc.DialOption{
		grpc.WithTransportCredentials(secure),
		grpc.WithDefaultServiceConfig(serviceConfig),
	}, options...)...)
}

// updateUserAttributes sets these attributes, all or none, and returns where verification codes
// went. A repeat under the same request id gets the first call's result.
func updateUserAttributes(
	ctx context.Context,
	connection grpc.ClientConnInterface,
	accessToken, requestID string,
	attributes []*pb.AttributeType,
) ([]*pb.CodeDeliveryDetailsType, error) {
	client := pb.NewUserAttributesServiceClient(connection)
	reply, err := client.UpdateUserAttributes(ctx, &pb.UpdateUserAttributesRequest{
		UserAttributes: attributes,
		AccessToken:    accessToken,
		RequestId:      requestID,
	})
	return reply.GetCodeDeliveryDetailsList(), err
}

// A failure is an error of a call. What to do depends on its reason and its outcome.
type failure struct {
	code    codes.Code
	message string
	// A value of the contract's ErrorReason without its prefix, or "" if no server answered.
	reason string
	// "not_applied" or "unknown".
	outcome    string
	violations []*errdetails.BadRequest_FieldViolation
	retry      *errdetails.RetryInfo
}

// failureOf decodes the google.rpc details of an error.
func failureOf(err error) *failure {
	status := status.Convert(err)
	// Where no server says what happened, nothing is known: gRPC itself makes UNAVAILABLE of a
	// connection that it has lost after sending.
	decoded := &failure{code: status.Code(), message: status.Message(), outcome: "unknown"}
	for _, detail := range status.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == "userattributes.cognito" {
				decoded.reason = detail.GetReason()
				decoded.outcome = detail.GetMetadata()["outcome"]
			}
		case *errdetails.BadRequest:
			decoded.violations = detail.GetFieldViolations()
		case *errdetails.RetryInfo:
			decoded.retry = detail
		}
	}
	return decoded
}

// String is what the program says of it.
func (f *failure) String() string {
	var text strings.Builder
	name := f.reason
	if name == "" {
		name = f.code.String()
	}
	fmt.Fprintf(&text, "%s: %s (outcome: %s)", name, f.message, f.outcome)
	for _, violation := range f.violations {
		fmt.Fprintf(&text, "\n  %s: %s", violation.GetField(), violation.GetDescription())
	}
	if f.retry != nil {
		fmt.Fprintf(&text, "\ncome back after %d ms", f.retry.GetRetryDelay().AsDuration().Milliseconds())
	}
	return text.String()
}
