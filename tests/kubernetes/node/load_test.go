package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/credentials/insecure"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const callsPerSecond = 100

// underLoad does something while calls go on, and gives those that failed.
func underLoad(ctx context.Context, t *testing.T, does func()) []Failure {
	t.Helper()
	callers, err := startCallers(ctx, node, callsPerSecond, insecure.NewCredentials())
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	node.eventually(ctx, t, "each pod has had calls", func(context.Context) (bool, error) {
		return callers.succeeded.Load() > callsPerSecond, nil
	})
	// Also where it ends the test.
	stopped := false
	defer func() {
		if !stopped {
			_, _ = callers.Stop()
		}
	}()
	does()
	took := time.Since(begun)
	stopped = true
	succeeded, failures := callers.Stop()
	t.Logf("%d calls succeeded and %d failed in %s", succeeded, len(failures), took.Round(time.Second))
	if asked := int64(took.Seconds() * callsPerSecond); succeeded < asked*9/10 {
		t.Errorf("no more than %d calls of %d succeeded: that was no load", succeeded, asked)
	}
	return failures
}

func noneFailed(t *testing.T, failures []Failure) {
	t.Helper()
	for _, failure := range failures {
		t.Errorf("failed: %s", failure)
	}
}

func TestNoCallFailsDuringARollingUpdate(t *testing.T) {
	ctx := deployed(t)
	noneFailed(t, underLoad(ctx, t, func() {
		node.apply(ctx, t, Overlay{Digest: node.Next})
		node.rolledOut(ctx, t)
	}))
	for _, pod := range pods(ctx, t) {
		if image := pod.Spec.Containers[0].Image; image != serverImage+"@"+node.Next {
			t.Errorf("%s still runs %s", pod.Name, image)
		}
	}
}

func TestNoCallFailsWhileAChangedSettingIsRolledOut(t *testing.T) {
	ctx := deployed(t)
	noneFailed(t, underLoad(ctx, t, func() {
		node.apply(ctx, t, Overlay{Settings: []string{"RUST_LOG=warn"}})
		node.rolledOut(ctx, t)
	}))
}

func TestOnlyCallsThatAKilledPodHadFail(t *testing.T) {
	ctx := deployed(t)
	killed := pods(ctx, t)[0]
	var died time.Time
	failures := underLoad(ctx, t, func() {
		server, err := process(killed)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(server, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		// It has connections until it has ended, some milliseconds later.
		for alive(server) {
		}
		died = time.Now()
		node.eventually(ctx, t, "it runs again", func(ctx context.Context) (bool, error) {
			pod, err := node.Client.CoreV1().Pods(namespace).Get(ctx, killed.Name, metav1.GetOptions{})
			return err == nil && ready(*pod) && restarts(*pod) > restarts(killed), err
		})
	})
	for _, failure := range failures {
		if failure.Pod != killed.Status.PodIP || failure.Began.After(died) {
			t.Errorf("%s died at %s, and failed: %s",
				killed.Status.PodIP, died.Format(time.StampMicro), failure)
		}
	}
}

func TestNoCallFailsWhilePodAfterPodIsEvicted(t *testing.T) {
	ctx := deployed(t)
	noneFailed(t, underLoad(ctx, t, func() {
		for _, pod := range pods(ctx, t) {
			evict(ctx, t, pod)
		}
		node.rolledOut(ctx, t)
	}))
}

// evict asks again while the PodDisruptionBudget says no, as the drain of a node does.
func evict(ctx context.Context, t *testing.T, pod corev1.Pod) {
	t.Helper()
	node.eventually(ctx, t, pod.Name+" may go", func(ctx context.Context) (bool, error) {
		err := node.Client.PolicyV1().Evictions(namespace).Evict(ctx,
			&policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: namespace}})
		if apierrors.IsTooManyRequests(err) {
			return false, nil
		}
		return err == nil, err
	})
}

func TestNoCallFailsWhileAVersionNeverBecomesReady(t *testing.T) {
	ctx := deployed(t)
	before := pods(ctx, t)
	noneFailed(t, underLoad(ctx, t, func() {
		node.apply(ctx, t, Overlay{More: `
patches:
  - target: {kind: Deployment}
    patch: |
      - {op: replace, path: /spec/template/spec/containers/0/startupProbe/grpc/service, value: none}
      - {op: replace, path: /spec/template/spec/containers/0/startupProbe/failureThreshold, value: 5}
      - {op: add, path: /spec/progressDeadlineSeconds, value: 15}
`})
		node.eventually(ctx, t, "the rollout is given up", func(ctx context.Context) (bool, error) {
			return progress(ctx, "ProgressDeadlineExceeded")
		})
		goesOn(ctx, t, before)
	}))
}

// progress tells whether this is what the Deployment says of its rollout.
func progress(ctx context.Context, reason string) (bool, error) {
	deployment, err := node.Client.AppsV1().Deployments(namespace).
		Get(ctx, "user-attributes", metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(deployment.Status.Conditions,
		func(condition appsv1.DeploymentCondition) bool {
			return condition.Type == appsv1.DeploymentProgressing && condition.Reason == reason
		}), nil
}

// goesOn sees that the pods of before are there, ready and never restarted.
func goesOn(ctx context.Context, t *testing.T, before []corev1.Pod) {
	t.Helper()
	now := pods(ctx, t)
	for _, old := range before {
		if err := unchanged(now, old); err != nil {
			t.Error(err)
		}
	}
}

func unchanged(now []corev1.Pod, old corev1.Pod) error {
	at := slices.IndexFunc(now, func(pod corev1.Pod) bool { return pod.UID == old.UID })
	switch {
	case at < 0:
		return fmt.Errorf("%s is gone", old.Name)
	case !ready(now[at]):
		return fmt.Errorf("%s is no longer ready", old.Name)
	case restarts(now[at]) != restarts(old):
		return errors.New(old.Name + " was restarted")
	}
	return nil
}
