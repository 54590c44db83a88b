package controllers

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"user-attributes/tests/kubernetes/cluster"
)

const (
	name = "user-attributes"
	// How long a test may take where the machine is busy.
	patience = 3 * time.Minute
)

// All tests share one cluster, where each has a namespace and nodes of its own.
var (
	shared   *cluster.Cluster
	nodes    *Nodes
	kubelets *Kubelets
	metrics  *Metrics
)

// One of each zone, and two.
var (
	threeNodes = []Zone{{"a", 1, "1"}, {"b", 1, "1"}, {"c", 1, "1"}}
	sixNodes   = []Zone{{"a", 2, "1"}, {"b", 2, "1"}, {"c", 2, "1"}}
)

func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	status := 1
	if err := start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		status = m.Run()
	}
	cancel()
	if shared != nil {
		shared.Stop()
	}
	os.Exit(status)
}

func start(ctx context.Context) (err error) {
	ready, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if shared, err = cluster.Start(ready, os.Getenv("PROGRAMS")); err != nil {
		return err
	}
	if err = shared.InstallDefinitions(ready, os.Getenv("CRDS")); err != nil {
		return err
	}
	// An autoscaler asks each second, and believes what it hears of a pod at once.
	err = shared.StartControllers(
		"--horizontal-pod-autoscaler-sync-period=1s",
		"--horizontal-pod-autoscaler-cpu-initialization-period=0s",
		"--horizontal-pod-autoscaler-initial-readiness-delay=0s",
	)
	if err != nil {
		return err
	}
	nodes = &Nodes{client: shared.Client}
	go nodes.Run(ctx)
	kubelets = StartKubelets(ctx, shared.Client)
	metrics, err = StartMetrics(ready, shared)
	return err
}

// deployed is an overlay in a namespace of its own, and what is there.
type deployed struct {
	t           *testing.T
	ctx         context.Context
	namespace   string
	nodes       []string
	overlay     *Overlay
	pods        *Watched[*corev1.Pod]
	deployments *Watched[*appsv1.Deployment]
}

// prepare copies the overlay and makes the nodes. Nothing is applied yet.
func prepare(t *testing.T, namespace, overlay string, zones []Zone) *deployed {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	d := &deployed{t: t, ctx: ctx, namespace: namespace}
	var err error
	d.overlay, err = CopyOverlay(t.TempDir(), overlay, namespace)
	d.must(err)
	d.nodes, err = nodes.Add(ctx, namespace, zones...)
	d.must(err)
	d.pods = Watch[*corev1.Pod](ctx, shared.Client.CoreV1().Pods(namespace).Watch)
	d.deployments = Watch[*appsv1.Deployment](ctx, shared.Client.AppsV1().Deployments(namespace).Watch)
	t.Cleanup(d.tellOnFailure)
	return d
}

func (d *deployed) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// kubectl has to succeed, and to warn of nothing.
func (d *deployed) kubectl(arguments ...string) string {
	d.t.Helper()
	out, warnings, err := shared.Kubectl(d.ctx, arguments...)
	d.must(err)
	if warnings != "" {
		d.t.Errorf("kubectl %v warns: %s", arguments, warnings)
	}
	return out
}

// kubectlIn is for what is in the namespace.
func (d *deployed) kubectlIn(arguments ...string) string {
	d.t.Helper()
	return d.kubectl(append(arguments, "--namespace="+d.namespace)...)
}

// apply does so with these flags besides.
func (d *deployed) apply(flags ...string) string {
	d.t.Helper()
	return d.kubectl(append([]string{"apply", "-k", d.overlay.folder}, flags...)...)
}

// rollOut applies it and waits until kubectl says that it is rolled out.
func (d *deployed) rollOut(flags ...string) {
	d.t.Helper()
	d.apply(flags...)
	d.waitForRollout()
}

func (d *deployed) waitForRollout() {
	d.t.Helper()
	d.kubectlIn("rollout", "status", "deployment/"+name)
}

func (d *deployed) untilReady(count int) []*corev1.Pod {
	d.t.Helper()
	what := fmt.Sprintf("%d pods are ready, and no other is there", count)
	d.must(d.pods.Until(d.ctx, what, func(pods []*corev1.Pod) bool {
		return len(ready(pods)) == count && len(pods) == count
	}))
	return ready(d.pods.Now())
}

func (d *deployed) deployment() *appsv1.Deployment {
	d.t.Helper()
	found, err := shared.Client.AppsV1().Deployments(d.namespace).Get(d.ctx, name, metav1.GetOptions{})
	d.must(err)
	return found
}

func (d *deployed) tellOnFailure() {
	if !d.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, _, _ := shared.Kubectl(ctx, "get", "--namespace="+d.namespace, "-o=wide",
		"deployments,replicasets,pods,pdb,hpa,events")
	d.t.Log(out)
}
