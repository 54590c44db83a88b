package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

const (
	// What a pod takes for each step here. A real one takes seconds.
	startTime = 200 * time.Millisecond
	readyTime = 200 * time.Millisecond
	endTime   = 300 * time.Millisecond
	// A pod of an image with this in its name starts, and never becomes ready.
	brokenImage = "never-ready"
)

// Kubelets stand in for the kubelets of all nodes: what they say of a pod is what one would say,
// though nothing runs.
type Kubelets struct {
	client kubernetes.Interface
	pods   cache.SharedIndexInformer
	mutex  sync.Mutex
	// The steps that were taken, or are about to be.
	taken map[string]bool
	// Namespaces in which no pod becomes ready.
	held map[string]bool
	last int
}

// StartKubelets has them see to every pod that is bound to a node, until the context ends.
func StartKubelets(ctx context.Context, client kubernetes.Interface) *Kubelets {
	factory := informers.NewSharedInformerFactory(client, 0)
	k := &Kubelets{
		client: client, pods: factory.Core().V1().Pods().Informer(),
		taken: map[string]bool{}, held: map[string]bool{},
	}
	_, _ = k.pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(pod any) { k.see(ctx, pod.(*corev1.Pod)) },
		UpdateFunc: func(_, pod any) { k.see(ctx, pod.(*corev1.Pod)) },
	})
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return k
}

// Hold lets no more pods of the namespace become ready.
func (k *Kubelets) Hold(namespace string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.held[namespace] = true
}

// Release lets those become ready that were held.
func (k *Kubelets) Release(ctx context.Context, namespace string) {
	k.mutex.Lock()
	delete(k.held, namespace)
	k.mutex.Unlock()
	for _, pod := range k.pods.GetStore().List() {
		if pod := pod.(*corev1.Pod); pod.Namespace == namespace {
			k.see(ctx, pod)
		}
	}
}

func (k *Kubelets) see(ctx context.Context, pod *corev1.Pod) {
	switch {
	case pod.Spec.NodeName == "":
	case pod.DeletionTimestamp != nil:
		k.after(ctx, pod, "end", endTime, k.end)
	case pod.Status.Phase == corev1.PodPending:
		k.after(ctx, pod, "start", startTime, k.start)
	case !isReady(pod) && !strings.Contains(pod.Spec.Containers[0].Image, brokenImage):
		k.after(ctx, pod, "be ready", readyTime, k.makeReady)
	}
}

// after takes a step of a pod's life, once.
func (k *Kubelets) after(
	ctx context.Context, pod *corev1.Pod, step string, delay time.Duration,
	take func(context.Context, *corev1.Pod) error,
) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	key := string(pod.UID) + step
	if k.taken[key] || step == "be ready" && k.held[pod.Namespace] {
		return
	}
	k.taken[key] = true
	time.AfterFunc(delay, func() {
		err := take(ctx, pod)
		// It may have gone meanwhile.
		if err != nil && !errors.IsNotFound(err) && !errors.IsConflict(err) && ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "pod %s can't %s: %v\n", pod.Name, step, err)
		}
	})
}

func (k *Kubelets) start(ctx context.Context, pod *corev1.Pod) error {
	k.mutex.Lock()
	k.last++
	address := fmt.Sprintf("10.1.%d.%d", k.last/250, k.last%250+1)
	k.mutex.Unlock()
	now := metav1.Now()
	return k.tell(ctx, pod, corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &now,
		PodIP: address, PodIPs: []corev1.PodIP{{IP: address}},
		Conditions:        conditions(corev1.ConditionFalse),
		ContainerStatuses: containers(pod, false, now),
	})
}

func (k *Kubelets) makeReady(ctx context.Context, pod *corev1.Pod) error {
	return k.tell(ctx, pod, corev1.PodStatus{
		Conditions:        conditions(corev1.ConditionTrue),
		ContainerStatuses: containers(pod, true, *pod.Status.StartTime),
	})
}

func (k *Kubelets) end(ctx context.Context, pod *corev1.Pod) error {
	now := int64(0)
	return k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &pod.UID},
	})
}

func (k *Kubelets) tell(ctx context.Context, pod *corev1.Pod, status corev1.PodStatus) error {
	text, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": pod.UID}, "status": status,
	})
	if err != nil {
		return err
	}
	_, err = k.client.CoreV1().Pods(pod.Namespace).Patch(
		ctx, pod.Name, types.StrategicMergePatchType, text, metav1.PatchOptions{}, "status",
	)
	return err
}

func conditions(ready corev1.ConditionStatus) []corev1.PodCondition {
	now := metav1.Now()
	return []corev1.PodCondition{
		{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: now},
		{Type: corev1.ContainersReady, Status: ready, LastTransitionTime: now},
		{Type: corev1.PodReady, Status: ready, LastTransitionTime: now},
	}
}

func containers(pod *corev1.Pod, ready bool, since metav1.Time) []corev1.ContainerStatus {
	var statuses []corev1.ContainerStatus
	for _, container := range pod.Spec.Containers {
		started := true
		statuses = append(statuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: ready, Started: &started,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: since}},
		})
	}
	return statuses
}
