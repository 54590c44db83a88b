package node

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	// Of the issue that this was built for: what a team can wait for.
	timeToReady = 15 * time.Second
	memoryLimit = 128 << 20
	uid         = "65532 65532 65532 65532"
)

var node *Node

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	var err error
	node, err = StartNode(ctx, os.Getenv("PROGRAMS"), os.Getenv("IMAGES"))
	if err == nil {
		err = installCertificates(ctx, node)
	}
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()

	node.Stop()
	os.Exit(code)
}

// deployed applies the production overlay as it is, and waits for its pods. It gives a test its time.
func deployed(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(func() {
		defer cancel()
		if t.Failed() {
			described, _, err := node.Kubectl(ctx, "--namespace", namespace, "describe", "pods")
			t.Log(described, err)
		}
	})
	node.apply(ctx, t, Overlay{})
	node.rolledOut(ctx, t)
	return ctx
}

func pods(ctx context.Context, t *testing.T) []corev1.Pod {
	t.Helper()
	pods, err := node.pods(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return pods
}

func TestProductionIsReadyWithin15SecondsOfItsApply(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	begun := time.Now()
	node.apply(ctx, t, Overlay{})
	node.eventually(ctx, t, "three pods are ready", func(ctx context.Context) (bool, error) {
		count := 0
		for _, pod := range pods(ctx, t) {
			if ready(pod) {
				count++
			}
		}
		return count == 3, nil
	})
	took := time.Since(begun)
	t.Logf("from apply to three ready pods: %s", took.Round(10*time.Millisecond))
	if took > timeToReady {
		t.Errorf("it took more than %s", timeToReady)
	}
}

func TestAPodRunsAsUnprivilegedAsItSays(t *testing.T) {
	ctx := deployed(t)
	for _, pod := range pods(ctx, t) {
		server, err := process(pod)
		if err != nil {
			t.Fatal(err)
		}
		status, err := status(server)
		if err != nil {
			t.Fatal(err)
		}
		for name, expected := range map[string]string{
			"Uid": uid, "Gid": uid, "NoNewPrivs": "1",
			// 2 is a filter: the container runtime's default one.
			"Seccomp": "2",
			"CapInh":  "0000000000000000", "CapPrm": "0000000000000000", "CapEff": "0000000000000000",
			"CapBnd": "0000000000000000", "CapAmb": "0000000000000000",
		} {
			if status[name] != expected {
				t.Errorf("%s of %s is %s, not %s", name, pod.Name, status[name], expected)
			}
		}
		limit, err := memory(server, "memory.limit_in_bytes", "memory.max")
		if err != nil || limit != fmt.Sprint(memoryLimit) {
			t.Errorf("the memory of %s is limited to %s, not %d (%v)", pod.Name, limit, memoryLimit, err)
		}
		mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mounts", server))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(mounts)) {
			fields := strings.Fields(line)
			if fields[1] == "/" && !strings.HasPrefix(fields[3], "ro,") {
				t.Errorf("%s can write to its root: %s", pod.Name, line)
			}
			if strings.Contains(fields[1], "serviceaccount") {
				t.Errorf("%s has a token of the API server's: %s", pod.Name, line)
			}
		}
	}
}
