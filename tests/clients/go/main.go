// Updates attributes of a signed-in user of Amazon Cognito, through the gRPC service.
//
//	userattributes [-request-id ID] nickname=Dan custom:department=
//
// A blank value deletes its attribute. The access token comes from USER_ATTRIBUTES_ACCESS_TOKEN,
// where no other user of the machine can read it, and the service's URL from
// USER_ATTRIBUTES_ENDPOINT. A change that is given again under its request id isn't made again.
//
// An https URL is called over TLS; tls.go has the variables for it.
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
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"google.golang.org/grpc/credentials"

	pb "example/userattributes/cognito/userattributes/v1"
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run does what the words say, and returns the exit code.
func run(words []string, getenv func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("userattributes", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: userattributes [-request-id ID] NAME=VALUE ...")
		flags.PrintDefaults()
	}
	requestID := flags.String("request-id", "", "the `ID` of a change that is given again")
	if err := flags.Parse(words); err != nil {
		return 2
	}
	accessToken := getenv("USER_ATTRIBUTES_ACCESS_TOKEN")
	attributes := parse(flags.Args()...)
	if accessToken == "" || attributes == nil {
		flags.Usage()
		return 2
	}
	if *requestID == "" {
		*requestID = rand.Text()
	}
	target, secure, err := targetOf(getenv)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}

	connection, err := dial(target, secure)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	defer connection.Close()
	deliveries, err := updateUserAttributes(
		context.Background(), connection, accessToken, *requestID, attributes)
	if err != nil {
		fmt.Fprintf(stderr, "%v\nrequest id: %s\n", err, *requestID)
		return 1
	}
	for _, it := range deliveries {
		medium := strings.TrimPrefix(it.GetDeliveryMedium().String(), "DELIVERY_MEDIUM_")
		fmt.Fprintf(stdout, "%s: code sent by %s to %s\n",
			it.GetAttributeName(), medium, it.GetDestination())
	}
	return 0
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
