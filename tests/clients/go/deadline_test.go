package main

import (
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

func TestTheTimeoutOfEveryMethodReachesTheServer(t *testing.T) {
	upstream := startUpstream(t, succeed)
	// One takes no call that has less time than a little over the timeout, the other none that has
	// less than a little under it.
	over := startServerInFrontOf(t, upstream.url, "--min-deadline=26s", "--max-deadline=30s",
		"--drain-timeout=40s")
	under := startServerInFrontOf(t, upstream.url, "--min-deadline=24100ms", "--max-deadline=30s",
		"--drain-timeout=40s")
	for _, method := range methods {
		t.Run(method.name, func(t *testing.T) {
			got := failureOf(method.call(newClient(t, over.address), "token"))
			if got.code != codes.DeadlineExceeded || got.reason != "DEADLINE_EXCEEDED" ||
				got.outcome != "not_applied" {
				t.Errorf("got %v %v", got.code, got)
			}
			if got := upstream.hits.of(method.name); got != 0 {
				t.Errorf("sent %d times", got)
			}

			check(t, method.call(newClient(t, under.address), "token"))
		})
	}
}

func TestTheServersOwnDeadlineAnswersFirst(t *testing.T) {
	release := make(chan struct{})
	upstream := startUpstream(t, func(operation string, w http.ResponseWriter) {
		<-release
		succeed(operation, w)
	})
	server := startServerInFrontOf(t, upstream.url, "--max-deadline=300ms")
	// Before the server drains: it waits for a change that has been sent.
	t.Cleanup(func() { close(release) })
	for _, method := range methods {
		t.Run(method.name, func(t *testing.T) {
			// A read changes nothing, whatever becomes of it.
			outcome := "unknown"
			if method.isRead {
				outcome = "not_applied"
			}
			begin := time.Now()
			got := failureOf(method.call(newClient(t, server.address), "token"))

			if got.code != codes.DeadlineExceeded || got.reason != "DEADLINE_EXCEEDED" ||
				got.outcome != outcome {
				t.Errorf("got %v %v", got.code, got)
			}
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			if got := upstream.hits.of(method.name); got != 1 {
				t.Errorf("sent %d times", got)
			}
		})
	}
}
