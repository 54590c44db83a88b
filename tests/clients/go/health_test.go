package main

import (
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"

	pb "example/userattributes/cognito/userattributes/v1"
)

func TestADrainingServerIsNotPicked(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	upstream := startUpstream(t, func(operation string, w http.ResponseWriter) {
		if operation == "UpdateUserAttributes" {
			close(arrived)
			<-release
		}
		succeed(operation, w)
	})
	// For so long it still takes calls, while its clients hear that it drains.
	first := startServerInFrontOf(t, upstream.url, "--drain-delay=5s")
	second := startServerInFrontOf(t, upstream.url)
	servers := manual.NewBuilderWithScheme("servers")
	servers.InitialState(resolver.State{Endpoints: []resolver.Endpoint{
		{Addresses: []resolver.Address{{Addr: first.address}}},
		{Addresses: []resolver.Address{{Addr: second.address}}},
	}})
	both := newClient(t, "servers:///user-attributes", grpc.WithResolvers(servers))
	// Health says nothing to this one.
	unaware := newClient(t, first.address, changed(t, `"healthCheckConfig"`, `"unknown"`))

	// In turn.
	begin := time.Now()
	for seen := map[string]bool{}; len(seen) < 2; {
		seen[reached(t, both)] = true
		if time.Since(begin) > limit {
			t.Fatalf("only %v is called", seen)
		}
	}

	// While this change is in flight, the first server drains and still takes calls.
	result := make(chan error, 1)
	go func() { result <- methods[0].call(unaware, "token") }()
	await(t, arrived)
	first.drain()
	for inARow := 0; inARow < 20; {
		if reached(t, both) == second.address {
			inARow++
		} else {
			inARow = 0
		}
	}
	if got := reached(t, unaware); got != first.address {
		t.Errorf("the first server is gone: %s was called", got)
	}

	close(release)
	check(t, <-result)
	first.stop(t)
	if got := reached(t, both); got != second.address {
		t.Errorf("%s was called", got)
	}
}

// reached is the address of the server that a call gets to. The call must succeed.
func reached(t *testing.T, client pb.UserAttributesServiceClient) string {
	t.Helper()
	var server peer.Peer
	check(t, getUser(client, "token", grpc.Peer(&server)))
	return server.Addr.String()
}
