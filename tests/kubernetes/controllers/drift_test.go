package controllers

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
)

func TestWhatWasAppliedIsWhatIsThere(t *testing.T) {
	t.Parallel()
	all, err := componentNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, build := range []struct {
		name, overlay string
		change        func(*Overlay) error
	}{
		{"production", "production", nil},
		{"local", "local", nil},
		{"production-with-all", "production", func(o *Overlay) error {
			delete(o.fields, "replicas")
			return o.Components(all...)
		}},
	} {
		t.Run(build.name, func(t *testing.T) {
			d := prepare(t, "drift-"+build.name, build.overlay, threeNodes)
			if build.change != nil {
				d.must(build.change(d.overlay))
			}
			metrics.Use(d.namespace, idle)
			d.rollOut()
			d.expectNoDrift()
			d.expectTheSecondApplyToChangeNothing()
			d.expectADriftToBeShownAndMended()
			d.expectNothingLeft()
		})
	}
}

func TestNothingIsLeftInANamespaceThatIsAnothersToMake(t *testing.T) {
	d := prepare(t, "given", "production", threeNodes)
	d.must(d.overlay.Components("network-policy", "egress-internet"))
	d.kubectl("create", "namespace", d.namespace)
	before := d.everything()
	d.rollOut()
	d.kubectl("delete", "-k", d.overlay.folder)
	d.must(d.pods.Until(d.ctx, "no pod is left", func(pods []*corev1.Pod) bool { return len(pods) == 0 }))
	// Its pods went when it had gone, and what was made for it goes with it.
	after := d.everything()
	for it := range after {
		if !before[it] {
			t.Errorf("%s is left", it)
		}
	}
}

func (d *deployed) expectNoDrift() {
	d.t.Helper()
	if out := d.kubectl("diff", "-k", d.overlay.folder); out != "" {
		d.t.Errorf("it drifts: %s", out)
	}
}

func (d *deployed) expectTheSecondApplyToChangeNothing() {
	d.t.Helper()
	before := d.versions()
	d.apply()
	if after := d.versions(); !maps.Equal(before, after) {
		d.t.Errorf("applied twice: %v became %v", before, after)
	}
}

func (d *deployed) expectADriftToBeShownAndMended() {
	d.t.Helper()
	d.kubectlIn("set", "resources", "deployment/"+name, "--limits=memory=256Mi")
	out, _, err := shared.Kubectl(d.ctx, "diff", "-k", d.overlay.folder)
	if err == nil || !strings.Contains(out, "-            memory: 256Mi\n+            memory: 128Mi\n") {
		d.t.Errorf("a change by hand isn't shown: %v: %s", err, out)
	}
	d.rollOut()
	d.expectNoDrift()
}

// kubectl waits until what it deletes is gone, and all that is in a namespace goes with it.
func (d *deployed) expectNothingLeft() {
	d.t.Helper()
	d.kubectl("delete", "-k", d.overlay.folder)
	_, err := shared.Client.CoreV1().Namespaces().Get(d.ctx, d.namespace, metav1.GetOptions{})
	if !errors.IsNotFound(err) {
		d.t.Errorf("the namespace is left: %v", err)
	}
}

// versions are those of what the overlay has, by kind and name.
func (d *deployed) versions() map[string]string {
	d.t.Helper()
	found := &unstructured.UnstructuredList{}
	text := d.kubectl("get", "-k", d.overlay.folder, "--output=json")
	d.must(json.Unmarshal([]byte(text), found))
	versions := map[string]string{}
	for _, it := range found.Items {
		versions[it.GetKind()+" "+it.GetName()] = it.GetResourceVersion()
	}
	if len(versions) < 7 {
		d.t.Errorf("that isn't all: %v", versions)
	}
	return versions
}

// everything is all that is in the namespace, but for what was said of it, and for Endpoints, which
// the API server warns that nobody should ask for: they come and go with their Services.
func (d *deployed) everything() map[string]bool {
	d.t.Helper()
	resources, err := discovery.ServerPreferredNamespacedResources(shared.Client.Discovery())
	d.must(err)
	client, err := dynamic.NewForConfig(shared.Config)
	d.must(err)
	found := map[string]bool{}
	listable := discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}, resources)
	kinds, err := discovery.GroupVersionResources(listable)
	d.must(err)
	for kind := range kinds {
		if kind.Resource == "events" || kind.Resource == "endpoints" {
			continue
		}
		items, err := client.Resource(kind).Namespace(d.namespace).List(d.ctx, metav1.ListOptions{})
		d.must(err)
		for _, it := range items.Items {
			found[kind.Resource+" "+it.GetName()] = true
		}
	}
	return found
}
