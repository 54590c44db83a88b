package controllers

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestARolloutKeepsThreePodsReadyAndAddsNoMoreThanOne(t *testing.T) {
	d := prepare(t, "rollout", "production", threeNodes)
	d.rollOut()
	stop := d.expectBetween(3, 4)
	defer stop()
	d.must(d.overlay.Version("user-attributes-2"))
	d.rollOut()
	pods := d.untilReady(3)
	for _, pod := range pods {
		if image := pod.Spec.Containers[0].Image; !strings.Contains(image, "user-attributes-2@") {
			t.Errorf("not the new version: %s", image)
		}
	}
	// The old ones, which were in the way, don't count.
	if zones := counted(pods, inZone); !each(zones, 3, 1) {
		t.Errorf("no longer one a zone: %v", zones)
	}
}

func TestAChangedSettingRollsThePodsAndTheOldOnesKeepTheirs(t *testing.T) {
	d := prepare(t, "setting", "production", threeNodes)
	d.rollOut()
	old := settings(d.pods.Now()[0])
	stop := d.expectBetween(3, 4)
	defer stop()
	defer d.pods.Always(func(pods []*corev1.Pod) {
		for _, pod := range pods {
			d.expectSettings(pod)
		}
	})()
	d.must(d.overlay.Setting("USER_ATTRIBUTES_DRAIN_TIMEOUT", "20s"))
	d.rollOut()
	for _, pod := range d.untilReady(3) {
		if settings(pod) == old {
			t.Errorf("%s has the old settings", pod.Name)
		}
	}
	// They are those that an undo brings back.
	d.kubectlIn("get", "configmap", old)
}

func TestAVersionThatNeverBecomesReadyStopsAtOnePodAndAnUndoMendsIt(t *testing.T) {
	d := prepare(t, "stuck", "production", threeNodes)
	// More than its minReadySeconds, and less than the ten minutes that it is otherwise.
	d.must(d.overlay.Patch("Deployment", "add", "/spec/progressDeadlineSeconds", 6))
	d.rollOut()
	good := names(d.untilReady(3))
	stop := d.expectBetween(3, 4)
	defer stop()

	d.must(d.overlay.Version(brokenImage))
	d.apply()
	_, said, err := shared.Kubectl(d.ctx, "rollout", "status", "deployment/"+name, "-n", d.namespace)
	if err == nil || !strings.Contains(said, "exceeded its progress deadline") {
		t.Errorf("kubectl says nothing of it: %v: %s", err, said)
	}
	if reason := progress(d.deployment()); reason != "ProgressDeadlineExceeded" {
		t.Errorf("the Deployment says %q", reason)
	}
	if now := len(d.pods.Now()); now != 4 {
		t.Errorf("%d pods, and not three and one", now)
	}

	// It warns that the next apply doesn't know of it. One with the good version changes nothing.
	_, _, err = shared.Kubectl(d.ctx, "rollout", "undo", "deployment/"+name, "-n", d.namespace)
	d.must(err)
	d.waitForRollout()
	d.must(d.overlay.Version(name))
	d.rollOut()
	for _, pod := range d.untilReady(3) {
		if !good[pod.Name] {
			t.Errorf("%s has taken the place of one that was ready", pod.Name)
		}
	}
}

// Sees after every event that at least so many pods are ready, and that no more than so many are
// there which nobody has asked to end.
func (d *deployed) expectBetween(least, most int) (stop func()) {
	return d.pods.Always(func(pods []*corev1.Pod) {
		if count := len(ready(pods)); count < least {
			d.t.Errorf("only %d pods are ready", count)
		}
		if count := len(going(pods)); count > most {
			d.t.Errorf("%d pods are there", count)
		}
	})
}

// A pod that starts again in its last moments needs them still.
func (d *deployed) expectSettings(pod *corev1.Pod) {
	name := settings(pod)
	_, err := shared.Client.CoreV1().ConfigMaps(d.namespace).Get(d.ctx, name, metav1.GetOptions{})
	if errors.IsNotFound(err) {
		d.t.Errorf("%s has no settings: %v", pod.Name, err)
	}
}

func settings(pod *corev1.Pod) string {
	return pod.Spec.Containers[0].EnvFrom[0].ConfigMapRef.Name
}

func progress(deployment *appsv1.Deployment) string {
	for _, condition := range deployment.Status.Conditions {
		if condition.Type == appsv1.DeploymentProgressing {
			return condition.Reason
		}
	}
	return ""
}

func names(pods []*corev1.Pod) map[string]bool {
	found := map[string]bool{}
	for _, pod := range pods {
		found[pod.Name] = true
	}
	return found
}
