package node

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"user-attributes/tests/kubernetes/cluster"
)

// pods are those of the Deployment that nobody has deleted.
func (n *Node) pods(ctx context.Context) ([]corev1.Pod, error) {
	list, err := n.Client.CoreV1().Pods(namespace).List(ctx,
		metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=user-attributes"})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool {
		return pod.DeletionTimestamp != nil
	}), nil
}

func ready(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(condition corev1.PodCondition) bool {
		return condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue
	})
}

func restarts(pod corev1.Pod) int32 {
	return pod.Status.ContainerStatuses[0].RestartCount
}

// rolledOut waits until all pods are of the last version and available, and no other pod is left.
func (n *Node) rolledOut(ctx context.Context, t *testing.T) {
	t.Helper()
	_, _, err := n.Kubectl(ctx, "--namespace", namespace, "rollout", "status",
		"deployment/user-attributes", "--timeout=120s")
	if err != nil {
		t.Fatal(err)
	}
	n.eventually(ctx, t, "the old pods have ended", func(ctx context.Context) (bool, error) {
		list, err := n.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		return !slices.ContainsFunc(list.Items, func(pod corev1.Pod) bool {
			return pod.DeletionTimestamp != nil
		}), nil
	})
}

func (n *Node) eventually(
	ctx context.Context, t *testing.T, what string, holds func(context.Context) (bool, error),
) {
	t.Helper()
	if err := cluster.Eventually(ctx, what, holds); err != nil {
		t.Fatal(err)
	}
}

// process is the pod's server, as the machine sees it.
func process(pod corev1.Pod) (int, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, folder := range folders {
		cgroups, _ := os.ReadFile(folder + "/cgroup")
		program, _ := os.Readlink(folder + "/exe")
		if bytes.Contains(cgroups, []byte("pod"+string(pod.UID))) && program == "/user-attributes-server" {
			return strconv.Atoi(filepath.Base(folder))
		}
	}
	return 0, fmt.Errorf("%s has no process", pod.Name)
}

// status are the lines of /proc/PID/status.
func status(process int) (map[string]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	lines := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		lines[name] = strings.Join(strings.Fields(value), " ")
	}
	return lines, err
}

// alive tells whether a thread of the process still runs. Once none does, its first one is a zombie,
// until somebody has asked.
func alive(process int) bool {
	lines, err := status(process)
	return err == nil && (!strings.HasPrefix(lines["State"], "Z") || lines["Threads"] != "1")
}

// memory reads a figure of the memory of the process's container, by cgroups of version 1 or 2.
func memory(process int, one, two string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", process))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		path := filepath.Join("/sys/fs/cgroup/memory", fields[2], one)
		if fields[0] == "0" {
			path = filepath.Join("/sys/fs/cgroup", fields[2], two)
		} else if fields[1] != "memory" {
			continue
		}
		if figure, err := os.ReadFile(path); err == nil {
			return strings.TrimSpace(string(figure)), nil
		}
	}
	return "", fmt.Errorf("%d has no %s", process, one)
}

// workingSet is what the kubelet takes for it: without what the kernel can drop at once.
func workingSet(process int) (int64, error) {
	usage, err := memory(process, "memory.usage_in_bytes", "memory.current")
	if err != nil {
		return 0, err
	}
	used, err := strconv.ParseInt(usage, 10, 64)
	if err != nil {
		return 0, err
	}
	figures, err := memory(process, "memory.stat", "memory.stat")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(figures) {
		name, figure, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "total_inactive_file" || name == "inactive_file" {
			if inactive, err := strconv.ParseInt(figure, 10, 64); err == nil {
				return used - inactive, nil
			}
		}
	}
	return used, nil
}
