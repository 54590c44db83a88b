package node

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/credentials/insecure"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestAPodKeepsWithinHalfItsMemoryAtAThousandCallsASecond(t *testing.T) {
	const perSecond, most = 1000, 64 << 20
	ctx := deployed(t)
	scale(t, "1")
	defer scale(t, "3")
	node.eventually(ctx, t, "one pod is left", onlyOne)
	server, err := process(pods(ctx, t)[0])
	if err != nil {
		t.Fatal(err)
	}
	idle, err := workingSet(server)
	if err != nil {
		t.Fatal(err)
	}
	callers, err := startCallers(ctx, node, perSecond, insecure.NewCredentials())
	if err != nil {
		t.Fatal(err)
	}
	highest := int64(0)
	begun := time.Now()
	for now := range time.Tick(100 * time.Millisecond) {
		current, err := workingSet(server)
		if err != nil {
			t.Error(err)
			break
		}
		highest = max(highest, current)
		if now.Sub(begun) > 30*time.Second {
			break
		}
	}
	took := time.Since(begun)
	succeeded, failures := callers.Stop()
	noneFailed(t, failures)
	t.Logf("working set: %.1f MiB at rest, at most %.1f MiB at %.0f calls a second",
		float64(idle)/(1<<20), float64(highest)/(1<<20), float64(succeeded)/took.Seconds())
	if highest > most {
		t.Errorf("that is more than %d MiB", most>>20)
	}
	if float64(succeeded) < 0.9*perSecond*took.Seconds() {
		t.Errorf("no more than %d calls succeeded: that was no load", succeeded)
	}
}

func scale(t *testing.T, replicas string) {
	t.Helper()
	_, _, err := node.Kubectl(t.Context(), "--namespace", namespace, "scale",
		"deployment/user-attributes", "--replicas="+replicas)
	if err != nil {
		t.Fatal(err)
	}
}

func onlyOne(ctx context.Context) (bool, error) {
	list, err := node.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	return err == nil && len(list.Items) == 1, err
}
