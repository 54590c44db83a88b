package controllers

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestOnePodMayBeEvictedAndTheNextWhenAnotherIsReady(t *testing.T) {
	d := prepare(t, "eviction", "production", threeNodes)
	d.rollOut()
	d.untilAllowed(1)
	pods := d.untilReady(3)

	kubelets.Hold(d.namespace)
	d.must(d.evict(pods[0]))
	d.expectKept(pods[1])
	// Its place is taken, but not by a pod that is ready.
	d.untilOneIsNotReady()
	d.expectKept(pods[1])

	kubelets.Release(d.ctx, d.namespace)
	d.untilReady(3)
	d.untilAllowed(1)
	d.must(d.evict(pods[1]))
}

func TestAPodThatIsNotReadyMayAlwaysBeEvicted(t *testing.T) {
	d := prepare(t, "unready", "production", threeNodes)
	d.rollOut()
	d.untilAllowed(1)
	pods := d.untilReady(3)
	kubelets.Hold(d.namespace)
	// One more than the budget lets go, as when a node is lost.
	for _, pod := range pods[:2] {
		d.kubectlIn("delete", "pod", pod.Name)
	}
	d.untilAllowed(0)
	d.expectKept(pods[2])
	d.must(d.evict(d.untilOneIsNotReady()))
}

func TestADrainOfEachNodeInTurnLeavesTwoPodsReady(t *testing.T) {
	d := prepare(t, "drain", "production", threeNodes)
	d.rollOut()
	stop := d.expectBetween(2, 4)
	defer stop()
	for _, node := range d.nodes {
		d.drain(node)
		for _, pod := range going(d.pods.Now()) {
			if pod.Spec.NodeName == node {
				t.Errorf("%s is left on %s", pod.Name, node)
			}
		}
		d.kubectl("uncordon", node)
	}
	d.untilReady(3)
}

// The drain says on standard error what it evicts.
func (d *deployed) drain(node string) {
	d.t.Helper()
	_, _, err := shared.Kubectl(d.ctx, "drain", node)
	d.must(err)
}

func (d *deployed) evict(pod *corev1.Pod) error {
	return shared.Client.PolicyV1().Evictions(d.namespace).Evict(d.ctx, &policyv1.Eviction{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
	})
}

func (d *deployed) expectKept(pod *corev1.Pod) {
	d.t.Helper()
	// 429, which has a drain ask again.
	if err := d.evict(pod); !errors.IsTooManyRequests(err) {
		d.t.Errorf("%s may be evicted: %v", pod.Name, err)
	}
}

func (d *deployed) untilOneIsNotReady() *corev1.Pod {
	d.t.Helper()
	var found *corev1.Pod
	d.must(d.pods.Until(d.ctx, "a pod runs and isn't ready", func(pods []*corev1.Pod) bool {
		for _, pod := range going(pods) {
			if pod.Status.Phase == corev1.PodRunning && !isReady(pod) {
				found = pod
			}
		}
		return found != nil
	}))
	return found
}

// Waits for the budget's own controller.
func (d *deployed) untilAllowed(count int32) {
	d.t.Helper()
	budgets := Watch[*policyv1.PodDisruptionBudget](
		d.ctx, shared.Client.PolicyV1().PodDisruptionBudgets(d.namespace).Watch,
	)
	d.must(budgets.Until(d.ctx, "the budget knows", func(now []*policyv1.PodDisruptionBudget) bool {
		return len(now) == 1 && now[0].Status.DisruptionsAllowed == count
	}))
}
