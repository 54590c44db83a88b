// Package controllers has Kubernetes' controllers and scheduler roll out, spread, evict and scale the
// pods of deploy/, on nodes that aren't there.
package controllers

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

const (
	zoneLabel = "topology.kubernetes.io/zone"
	hostLabel = "kubernetes.io/hostname"
	// Which nodes are there for which test: each has its own.
	poolLabel = "pool"
	leases    = "kube-node-lease"
)

// Zone is one of a pool's, with nodes that are alike.
type Zone struct {
	Name  string
	Nodes int
	// What each node has, such as "1" or "50m".
	CPU string
}

// Nodes stand for machines: they say that they are ready, and go on to say so.
type Nodes struct {
	client kubernetes.Interface
	mutex  sync.Mutex
	names  []string
}

// Run renews the nodes' leases until the context ends: without them the controllers would take the
// nodes for dead.
func (n *Nodes) Run(ctx context.Context) {
	// As often as a kubelet does.
	again := time.NewTicker(10 * time.Second)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		n.mutex.Lock()
		names := append([]string(nil), n.names...)
		n.mutex.Unlock()
		for _, name := range names {
			if err := n.renew(ctx, name); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
}

// Add makes the nodes of a pool, and waits until pods may be put on them. It gives their names.
func (n *Nodes) Add(ctx context.Context, pool string, zones ...Zone) ([]string, error) {
	var names []string
	for _, zone := range zones {
		for number := range zone.Nodes {
			name := fmt.Sprintf("%s-%s%d", pool, zone.Name, number+1)
			if err := n.add(ctx, pool, name, zone); err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	return names, n.waitUntilUntainted(ctx, pool, len(names))
}

func (n *Nodes) add(ctx context.Context, pool, name string, zone Zone) error {
	has := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse(zone.CPU),
		corev1.ResourceMemory: resource.MustParse("4Gi"),
		corev1.ResourcePods:   resource.MustParse("110"),
	}
	now := metav1.Now()
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			zoneLabel: zone.Name, hostLabel: name, poolLabel: pool,
		}},
		Status: corev1.NodeStatus{
			Capacity: has, Allocatable: has,
			Conditions: []corev1.NodeCondition{{
				Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady",
				LastHeartbeatTime: now, LastTransitionTime: now,
			}},
		},
	}
	if _, err := n.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
		return err
	}
	seconds, renewed := int32(40), metav1.NowMicro()
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: leases},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &renewed,
		},
	}
	_, err := n.client.CoordinationV1().Leases(leases).Create(ctx, lease, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	n.mutex.Lock()
	n.names = append(n.names, name)
	n.mutex.Unlock()
	return nil
}

func (n *Nodes) renew(ctx context.Context, name string) error {
	lease, err := n.client.CoordinationV1().Leases(leases).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	now := metav1.NowMicro()
	lease.Spec.RenewTime = &now
	_, err = n.client.CoordinationV1().Leases(leases).Update(ctx, lease, metav1.UpdateOptions{})
	return err
}

// A new node is tainted until a controller has seen that it is ready.
func (n *Nodes) waitUntilUntainted(ctx context.Context, pool string, count int) error {
	nodes := func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		options.LabelSelector = poolLabel + "=" + pool
		return n.client.CoreV1().Nodes().Watch(ctx, options)
	}
	seen := Watch[*corev1.Node](ctx, nodes)
	return seen.Until(ctx, fmt.Sprintf("%d nodes take pods", count), func(nodes []*corev1.Node) bool {
		free := 0
		for _, node := range nodes {
			if len(node.Spec.Taints) == 0 {
				free++
			}
		}
		return free == count
	})
}

// The zone that a node of a pool is in, by its name.
func zoneOf(node string) string {
	name := node[strings.LastIndex(node, "-")+1:]
	return strings.TrimRight(name, "0123456789")
}
