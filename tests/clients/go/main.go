// Changes, verifies and reads attributes of a signed-in user of Amazon Cognito, through the gRPC
// service. ../README.md has its commands and variables.
//
// It needs the modules in go.mod, proto/service_config.json beside this file, and the code that
// this makes out of the contract:
//
//	go install tool
//	protoc -Iproto --go_out=. --go_opt=paths=source_relative \
//	    --go-grpc_out=. --go-grpc_opt=paths=source_relative \
//	    proto/cognito/userattributes/v1/*.proto
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	pb "example/userattributes/cognito/userattributes/v1"
)

const usage = `usage: userattributes update [--request-id=ID] [--timeout=SECONDS] NAME=VALUE...
       userattributes verify [--request-id=ID] [--timeout=SECONDS] NAME CODE
       userattributes get [--timeout=SECONDS]
       userattributes health [--timeout=SECONDS]
`

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// errUsage says that the words aren't a command.
var errUsage = errors.New("usage")

// A command is what the program was asked to do.
type command struct {
	name      string
	words     []string
	requestID string
	// In seconds. 0 leaves the call's time to the service config.
	timeout     float64
	accessToken string
}

// run does what the words say, and returns the exit code.
func run(words []string, getenv func(string) string, stdout, stderr io.Writer) int {
	asked, err := commandOf(words)
	if err != nil {
		fmt.Fprint(stderr, usage)
		return 2
	}
	asked.accessToken = getenv("USER_ATTRIBUTES_ACCESS_TOKEN")
	target, secure, err := targetOf(getenv)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	var options []grpc.DialOption
	if asked.name == "health" {
		// By the service config, a server that isn't SERVING gets no call, so it couldn't say so.
		options = append(options, grpc.WithDisableHealthCheck())
	}
	connection, err := dial(target, secure, options...)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	defer connection.Close()
	ctx := context.Background()
	if asked.timeout > 0 {
		limited, cancel := context.WithTimeout(
			ctx, time.Duration(asked.timeout*float64(time.Second)))
		defer cancel()
		ctx = limited
	}

	err = asked.call(ctx, connection, stdout)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprint(stderr, usage)
		return 2
	}
	fmt.Fprintln(stderr, failureOf(err))
	if asked.name == "update" || asked.name == "verify" {
		fmt.Fprintln(stderr, "request id:", asked.requestID)
	}
	return 1
}

func commandOf(words []string) (*command, error) {
	if len(words) == 0 {
		return nil, errUsage
	}
	asked := &command{name: words[0], requestID: rand.Text()}
	flags := flag.NewFlagSet("userattributes", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&asked.requestID, "request-id", asked.requestID, "")
	flags.Float64Var(&asked.timeout, "timeout", 0, "")
	if flags.Parse(words[1:]) != nil {
		return nil, errUsage
	}
	asked.words = flags.Args()
	return asked, nil
}

// call makes the command's call, and prints its answer.
func (c *command) call(
	ctx context.Context, connection grpc.ClientConnInterface, stdout io.Writer,
) error {
	client := pb.NewUserAttributesServiceClient(connection)
	switch {
	case c.name == "update":
		attributes := parse(c.words...)
		if attributes == nil {
			return errUsage
		}
		deliveries, err := updateUserAttributes(
			ctx, connection, c.accessToken, c.requestID, attributes)
		for _, it := range deliveries {
			medium := strings.TrimPrefix(it.GetDeliveryMedium().String(), "DELIVERY_MEDIUM_")
			fmt.Fprintf(stdout, "%s: code sent by %s to %s\n",
				it.GetAttributeName(), medium, it.GetDestination())
		}
		return err
	case c.name == "verify" && len(c.words) == 2:
		_, err := client.VerifyUserAttribute(ctx, &pb.VerifyUserAttributeRequest{
			AccessToken:   c.accessToken,
			AttributeName: c.words[0],
			Code:          c.words[1],
			RequestId:     c.requestID,
		})
		return err
	case c.name == "get" && len(c.words) == 0:
		user, err := client.GetUser(ctx, &pb.GetUserRequest{AccessToken: c.accessToken})
		for _, it := range user.GetUserAttributes() {
			fmt.Fprintf(stdout, "%s=%s\n", it.GetName(), it.GetValue())
		}
		return err
	case c.name == "health" && len(c.words) == 0:
		service := pb.UserAttributesService_ServiceDesc.ServiceName
		reply, err := healthpb.NewHealthClient(connection).Check(
			ctx, &healthpb.HealthCheckRequest{Service: service})
		if err == nil {
			fmt.Fprintln(stdout, reply.GetStatus())
		}
		return err
	}
	return errUsage
}

// parse reads NAME=VALUE pairs, and returns nothing if one isn't a pair.
func parse(words ...string) []*pb.AttributeType {
	var attributes []*pb.AttributeType
	for _, word := range words {
		name, value, found := strings.Cut(word, "=")
		if !found {
			return nil
		}
		attributes = append(attributes, &pb.AttributeType{Name: name, Value: &value})
	}
	return attributes
}

// targetOf makes gRPC's name of a server out of its URL, and what TLS takes if it is an https one.
func targetOf(
	getenv func(string) string,
) (target string, secure credentials.TransportCredentials, err error) {
	endpoint := getenv("USER_ATTRIBUTES_ENDPOINT")
	if endpoint == "" {
		endpoint = "http://127.0.0.1:50051"
	}
	parsed, err := url.Parse(endpoint)
	if err != nil {
		return "", nil, fmt.Errorf("USER_ATTRIBUTES_ENDPOINT: %w", err)
	}
	if (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Port() == "" {
		return "", nil, fmt.Errorf(
			"USER_ATTRIBUTES_ENDPOINT: %s isn't http://HOST:PORT or https://HOST:PORT", endpoint)
	}
	secure, err = credentialsOf(parsed.Scheme, getenv)
	return "dns:///" + parsed.Host, secure, err
}
