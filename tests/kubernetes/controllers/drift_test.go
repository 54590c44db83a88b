package controllers

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"

	"user-attributes/tests/kubernetes/cluster"
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
	d.rollOut()
	d.kubectl("delete", "-k", d.overlay.folder)
	// What was made for what was deleted goes after it.
	var left []string
	err := cluster.Eventually(d.ctx, "nothing is left", func(context.Context) (bool, error) {
		left = d.everything()
		return len(left) == 0, nil
	})
	if err != nil {
		t.Errorf("%v: %v", err, left)
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

// everything is all that is in the namespace, but for what is in each, and for what was said of it.
func (d *deployed) everything() []string {
	d.t.Helper()
	resources, err := discovery.ServerPreferredNamespacedResources(shared.Client.Discovery())
	d.must(err)
	client, err := dynamic.NewForConfig(shared.Config)
	d.must(err)
	verbs := discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}
	kinds, err := discovery.GroupVersionResources(discovery.FilteredBy(verbs, resources))
	d.must(err)
	var found []string
	for kind := range kinds {
		// Nobody should ask for Endpoints, the API server warns: they come and go with Services.
		if kind.Resource == "events" || kind.Resource == "endpoints" {
			continue
		}
		items, err := client.Resource(kind).Namespace(d.namespace).List(d.ctx, metav1.ListOptions{})
		d.must(err)
		for _, it := range items.Items {
			if name := it.GetName(); name != "kube-root-ca.crt" && name != "default" {
				found = append(found, kind.Resource+" "+name)
			}
		}
	}
	return found
}
