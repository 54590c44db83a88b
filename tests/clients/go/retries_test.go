package main

import (
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
)

// Where nobody listens: it would need a privilege.
const nobody = "127.0.0.1:1"

func TestTheServiceConfigIsTakenAndABrokenOneIsRefused(t *testing.T) {
	connect(t, nobody)

	_, err := dial(nobody, nil, changed(t, `"maxAttempts": 3`, `"maxAttempts": 1`))
	if err == nil {
		t.Error("gRPC doesn't read the retry policy")
	}
}

func TestOnlyReadingIsTriedAgainWhenTheServerIsUnavailable(t *testing.T) {
	// The server can't reach Cognito, so it says UNAVAILABLE to every method.
	server := startServerInFrontOf(t, "http://"+nobody)
	for _, method := range methods {
		t.Run(method.name, func(t *testing.T) {
			attempts := &attempts{}
			client := newClient(t, server.address, grpc.WithStatsHandler(attempts))

			got := failureOf(method.call(client, "token"))

			if got.code != codes.Unavailable || got.reason != "UPSTREAM_UNREACHABLE" ||
				got.outcome != "not_applied" {
				t.Errorf("got %v %v", got.code, got)
			}
			want := 1
			if method.isRead {
				want = 3
			}
			if got := attempts.of(method.name); got != want {
				t.Errorf("%d attempts, not %d", got, want)
			}
		})
	}
}

func TestReadingSucceedsOnceTheServerIsAvailableAgain(t *testing.T) {
	server := startServer(t)
	attempts := &attempts{}
	client := newClient(t, server.address, grpc.WithStatsHandler(attempts))
	// The server's own attempts are three.
	server.fail(t, "GetUser", "http_500", 3)

	check(t, getUser(client, server.accessToken))

	if got := attempts.of("GetUser"); got != 2 {
		t.Errorf("%d attempts, not 2", got)
	}
}

func TestAChangeThatMayHaveBeenMadeIsSentOnce(t *testing.T) {
	for name, fault := range map[string]func(string, http.ResponseWriter){
		"a failure of Cognito's": fail, "a lost answer": hangUp,
	} {
		upstream := startUpstream(t, fault)
		server := startServerInFrontOf(t, upstream.url)
		for _, method := range methods {
			if method.isRead {
				continue
			}
			t.Run(method.name+" after "+name, func(t *testing.T) {
				attempts := &attempts{}
				client := newClient(t, server.address, grpc.WithStatsHandler(attempts))

				got := failureOf(method.call(client, "token"))

				if got.code == codes.Unavailable || got.outcome != "unknown" {
					t.Errorf("got %v %v", got.code, got)
				}
				if got := attempts.of(method.name); got != 1 {
					t.Errorf("%d attempts", got)
				}
				if got := upstream.hits.of(method.name); got != 1 {
					t.Errorf("sent %d times", got)
				}
			})
		}
	}
}

func TestAConnectionLostAfterSendingIsMadeGoodForReadingAlone(t *testing.T) {
	for _, method := range methods {
		t.Run(method.name, func(t *testing.T) {
			arrived, release := make(chan struct{}), make(chan struct{})
			first := make(chan struct{}, 1)
			first <- struct{}{}
			upstream := startUpstream(t, func(operation string, w http.ResponseWriter) {
				select {
				case <-first:
					close(arrived)
					<-release
				default:
				}
				succeed(operation, w)
			})
			server := startServerInFrontOf(t, upstream.url)
			wire := startWire(t, server.address)
			attempts := &attempts{}
			client := newClient(t, wire.address, grpc.WithStatsHandler(attempts))

			result := make(chan error, 1)
			go func() { result <- method.call(client, "token") }()
			await(t, arrived)
			wire.cut()
			err := <-result
			close(release)

			if method.isRead {
				check(t, err)
				if got := attempts.of(method.name); got != 2 {
					t.Errorf("%d attempts, not 2", got)
				}
				return
			}
			// This UNAVAILABLE is gRPC's own. The change is being made all the same.
			got := failureOf(err)
			if got.code != codes.Unavailable || got.reason != "" || got.outcome != "unknown" {
				t.Errorf("got %v %v", got.code, got)
			}
			if got := attempts.of(method.name); got != 1 {
				t.Errorf("%d attempts, not 1", got)
			}
			// The caller's own repeat, under the same request id.
			check(t, method.call(client, "token"))
			if got := upstream.hits.of(method.name); got != 1 {
				t.Errorf("sent %d times", got)
			}
		})
	}
}

func TestTheClientsAttemptsAndTheServersAreNineAtTheMost(t *testing.T) {
	upstream := startUpstream(t, fail)
	server := startServerInFrontOf(t, upstream.url)
	client := newClient(t, server.address)

	got := failureOf(getUser(client, "token"))

	if got.code != codes.Unavailable || got.reason != "INTERNAL_ERROR" {
		t.Errorf("got %v %v", got.code, got)
	}
	if got := upstream.hits.of("GetUser"); got != 9 {
		t.Errorf("sent %d times, not 9", got)
	}
}

func TestTheClientTriesNothingAgainWhileMostCallsFail(t *testing.T) {
	server := startServerInFrontOf(t, "http://"+nobody)
	attempts := &attempts{}
	client := newClient(t, server.address, grpc.WithStatsHandler(attempts))

	for call, want := range []int{3, 2, 1, 1} {
		before := attempts.of("GetUser")
		if err := getUser(client, "token"); err == nil {
			t.Fatal("no failure")
		}
		if got := attempts.of("GetUser") - before; got != want {
			t.Errorf("call %d had %d attempts, not %d", call, got, want)
		}
	}
}

// retryingMore is the service config of a caller who lets gRPC repeat what is exhausted, too.
func retryingMore(t *testing.T) grpc.DialOption {
	return changed(t, `["UNAVAILABLE"]`, `["UNAVAILABLE", "RESOURCE_EXHAUSTED"]`)
}

func TestAPushbackOfMinusOneStopsAClientThatRetriesMore(t *testing.T) {
	server := startServer(t)
	attempts := &attempts{}
	client := newClient(t, server.address, grpc.WithStatsHandler(attempts), retryingMore(t))
	server.fail(t, "GetUser", "LimitExceededException", 1)

	var trailer metadata.MD
	got := failureOf(getUser(client, server.accessToken, grpc.Trailer(&trailer)))

	if got.reason != "LIMIT_EXCEEDED" || got.retry != nil {
		t.Errorf("got %v, to be retried in %v", got, got.retry)
	}
	if got := trailer.Get("grpc-retry-pushback-ms"); len(got) != 1 || got[0] != "-1" {
		t.Errorf("the pushback is %v", got)
	}
	if got := attempts.of("GetUser"); got != 1 {
		t.Errorf("%d attempts", got)
	}
}

func TestAClientThatRetriesMoreComesBackAfterTheDelayOfRetryInfo(t *testing.T) {
	server := startServer(t)
	attempts := &attempts{}
	client := newClient(t, server.address, grpc.WithStatsHandler(attempts), retryingMore(t))
	// By what the server says without a retry of gRPC's.
	server.fail(t, "GetUser", "TooManyRequestsException", 3)
	var trailer metadata.MD
	got := failureOf(getUser(newClient(t, server.address), server.accessToken, grpc.Trailer(&trailer)))
	delay := got.retry.GetRetryDelay().AsDuration()
	pushback, err := time.ParseDuration(trailer.Get("grpc-retry-pushback-ms")[0] + "ms")
	check(t, err)
	if got.reason != "TOO_MANY_REQUESTS" || delay <= 0 || delay != pushback {
		t.Fatalf("got %v, RetryInfo %v, pushback %v", got, delay, pushback)
	}

	server.fail(t, "GetUser", "TooManyRequestsException", 3)
	begin := time.Now()
	check(t, getUser(client, server.accessToken))

	if waited := time.Since(begin); waited < delay {
		t.Errorf("it came back after %v, not %v", waited, delay)
	}
	if got := attempts.of("GetUser"); got != 2 {
		t.Errorf("%d attempts, not 2", got)
	}
}
