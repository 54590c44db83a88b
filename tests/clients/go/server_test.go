package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"

	pb "example/userattributes/cognito/userattributes/v1"
)

// How long anything that happens at once may take.
const limit = 30 * time.Second

// A server is the real one, whose path is in SERVER_BIN, on ports of its own.
type server struct {
	address string
	// Of the Cognito behind it.
	upstream string
	// Of the local pool's user, if there is one.
	accessToken string

	process *os.Process
	drained sync.Once
	ended   chan error
}

// startServer starts it in front of a local pool of its own.
func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	return start(t, append([]string{"--local-pool", "--local-pool-addr=127.0.0.1:0"}, flags...))
}

// startServerInFrontOf starts it in front of another Cognito.
func startServerInFrontOf(t *testing.T, url string, flags ...string) *server {
	t.Helper()
	return start(t, append([]string{"--endpoint-url=" + url}, flags...))
}

func start(t *testing.T, flags []string) *server {
	t.Helper()
	own := []string{"--grpc-addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--log-format=json"}
	delayed := func(flag string) bool { return strings.HasPrefix(flag, "--drain-delay=") }
	if !slices.ContainsFunc(flags, delayed) {
		// Nobody has to hear that it ends before it does.
		own = append(own, "--drain-delay=0s")
	}
	command := exec.Command(os.Getenv("SERVER_BIN"), append(own, flags...)...)
	// A setting of the tests' own environment must not become the server's.
	command.Env = []string{}
	stdout, err := command.StdoutPipe()
	check(t, err)
	stderr, err := command.StderrPipe()
	check(t, err)
	check(t, command.Start())

	s := &server{process: command.Process, ended: make(chan error, 1)}
	addresses, token, drained := make(chan [2]string, 1), make(chan string, 1), make(chan struct{}, 2)
	go func() {
		readAddresses(stderr, addresses)
		drained <- struct{}{}
	}()
	go func() {
		readToken(stdout, token)
		drained <- struct{}{}
	}()
	go func() {
		<-drained
		<-drained
		s.ended <- command.Wait()
	}()
	t.Cleanup(func() { s.stop(t) })

	timeout := time.After(limit)
	select {
	case pair := <-addresses:
		s.address, s.upstream = pair[0], pair[1]
	case <-timeout:
		t.Fatal("the server doesn't listen")
	}
	if flags[0] == "--local-pool" {
		select {
		case s.accessToken = <-token:
		case <-timeout:
			t.Fatal("the server prints no access token")
		}
	}
	return s
}

// readAddresses reads the log to its end, as a full pipe would block the server.
func readAddresses(log io.Reader, addresses chan<- [2]string) {
	var event struct {
		Message  string
		GRPCAddr string `json:"grpc_addr"`
		Upstream string
	}
	for lines := bufio.NewScanner(log); lines.Scan(); {
		// Until it is ready, health says NOT_SERVING.
		if json.Unmarshal(lines.Bytes(), &event) == nil && event.Message == "ready" {
			addresses <- [2]string{event.GRPCAddr, event.Upstream}
		}
	}
}

func readToken(banner io.Reader, token chan<- string) {
	for lines := bufio.NewScanner(banner); lines.Scan(); {
		_, found, ok := strings.Cut(lines.Text(), "export USER_ATTRIBUTES_ACCESS_TOKEN=")
		if ok {
			token <- strings.Trim(found, `'"`)
		}
	}
}

// drain asks the server to end, and returns at once.
func (s *server) drain() {
	// A second signal would abort it.
	s.drained.Do(func() {
		// It may have ended already.
		_ = s.process.Signal(syscall.SIGTERM)
	})
}

// stop ends the server, which must succeed.
func (s *server) stop(t *testing.T) {
	t.Helper()
	s.drain()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("the server ended with %v", err)
		}
		// Whoever asks again gets the same.
		s.ended <- err
	case <-time.After(limit):
		_ = s.process.Kill()
		t.Error("the server doesn't end")
	}
}

// connect makes a connection to servers, as the program to copy does.
func connect(t *testing.T, target string, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	connection, err := dial(target, nil, options...)
	check(t, err)
	t.Cleanup(func() { connection.Close() })
	return connection
}

// newClient is connect and the calls of the contract.
func newClient(t *testing.T, target string, options ...grpc.DialOption) pb.UserAttributesServiceClient {
	t.Helper()
	return pb.NewUserAttributesServiceClient(connect(t, target, options...))
}

// fail makes the local pool fail, the next times that it is asked for the operation.
func (s *server) fail(t *testing.T, operation, fault string, times int) {
	t.Helper()
	order := fmt.Sprintf(`{"operation": %q, "fault": %q, "times": %d}`, operation, fault, times)
	answer, err := http.Post(s.upstream+"/_local/faults", "application/json", strings.NewReader(order))
	check(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the pool takes no fault: %s", answer.Status)
	}
}

// codes returns the verification codes that the local pool has sent, the oldest first.
func (s *server) codes(t *testing.T) []string {
	t.Helper()
	answer, err := http.Get(s.upstream + "/_local/outbox")
	check(t, err)
	defer answer.Body.Close()
	var outbox struct {
		Messages []struct{ Code string }
	}
	check(t, json.NewDecoder(answer.Body).Decode(&outbox))
	var codes []string
	for _, message := range outbox.Messages {
		codes = append(codes, message.Code)
	}
	return codes
}

// changed is the service config with a part replaced.
func changed(t *testing.T, old, new string) grpc.DialOption {
	t.Helper()
	if !strings.Contains(serviceConfig, old) {
		t.Fatalf("the service config has no %s", old)
	}
	return grpc.WithDefaultServiceConfig(strings.ReplaceAll(serviceConfig, old, new))
}

// await waits for what happens at once, or else doesn't happen.
func await(t *testing.T, happened <-chan struct{}) {
	t.Helper()
	select {
	case <-happened:
	case <-time.After(limit):
		t.Fatal("it doesn't happen")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
