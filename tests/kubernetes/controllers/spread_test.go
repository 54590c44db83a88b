package controllers

import (
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestProductionsPodsAreSpreadOverZonesAndThenOverNodes(t *testing.T) {
	d := prepare(t, "spread", "production", sixNodes)
	d.apply()
	if zones := counted(d.untilReady(3), inZone); !each(zones, 3, 1) {
		t.Errorf("not one a zone: %v", zones)
	}
	d.kubectlIn("scale", "deployment/"+name, "--replicas=6")
	pods := d.untilReady(6)
	if zones := counted(pods, inZone); !each(zones, 3, 2) {
		t.Errorf("not two a zone: %v", zones)
	}
	if hosts := counted(pods, onNode); !each(hosts, 6, 1) {
		t.Errorf("not one a node: %v", hosts)
	}
}

func TestPodsForAZoneWithoutRoomStartInAnother(t *testing.T) {
	d := prepare(t, "no-room", "production", []Zone{{"a", 1, "1"}, {"b", 1, "1"}, {"c", 1, "50m"}})
	d.apply()
	if zones := counted(d.untilReady(3), inZone); zones["a"]+zones["b"] != 3 {
		t.Errorf("not in the two zones with room: %v", zones)
	}
}

func TestPodsOfAZoneThatIsLostStartInTheOthers(t *testing.T) {
	d := prepare(t, "lost-zone", "production", threeNodes)
	d.rollOut()
	lost := d.nodes[2]
	d.kubectl("taint", "nodes", lost, "lost=true:NoExecute")
	d.must(d.pods.Until(d.ctx, "three are ready elsewhere", func(pods []*corev1.Pod) bool {
		zones := counted(ready(pods), inZone)
		return zones["a"]+zones["b"] == 3 && zones["c"] == 0
	}))
}

func counted(pods []*corev1.Pod, by func(*corev1.Pod) string) map[string]int {
	counts := map[string]int{}
	for _, pod := range pods {
		counts[by(pod)]++
	}
	return counts
}

func inZone(pod *corev1.Pod) string {
	return zoneOf(pod.Spec.NodeName)
}

func onNode(pod *corev1.Pod) string {
	return pod.Spec.NodeName
}

// Whether there are so many, with as many pods in each.
func each(counts map[string]int, number, pods int) bool {
	sizes := slices.Collect(maps.Values(counts))
	return len(sizes) == number && !slices.ContainsFunc(sizes, func(size int) bool { return size != pods })
}
