package server

import (
	"bytes"
	"strings"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// defect is one change of an object of production, and the words that it has to be refused by.
type defect struct {
	name string
	kind string
	// A JSON Patch, in YAML.
	change string
	words  string
}

func TestADefectIsRefused(t *testing.T) {
	for _, defects := range [][]defect{
		fields, podSecurity, pods, services, numbers, custom,
	} {
		for _, it := range defects {
			t.Run(it.name, func(t *testing.T) {
				t.Parallel()
				expectRefused(t, applied, it)
				if it.kind != "Namespace" {
					expectRefused(t, created, it)
				}
			})
		}
	}
}

func TestAChangeOfWhatCanNotChangeIsRefused(t *testing.T) {
	for kind, defects := range immutable() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			object := production(t, kind)
			resource, err := judge.resource(object)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := resource.Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			for _, it := range defects {
				t.Run(it.name, func(t *testing.T) { expectRefused(t, applied, it) })
			}
		})
	}
}

func immutable() map[string][]defect {
	byKind := map[string][]defect{}
	for _, it := range unchangeable {
		byKind[it.kind] = append(byKind[it.kind], it)
	}
	return byKind
}

func expectRefused(t *testing.T, send way, it defect) {
	t.Helper()
	good := production(t, it.kind)
	// So that nothing but the change is what it is refused for.
	if faults := judge.faults(t.Context(), applied, good); faults != "" {
		t.Fatalf("refused before the change: %s", faults)
	}
	faults := judge.faults(t.Context(), send, changed(t, good, it.change))
	// Each of the two ways begins such words in its own manner.
	if !strings.Contains(strings.ToLower(faults), strings.ToLower(it.words)) {
		t.Errorf("not refused by %q: %q", it.words, faults)
	}
}

// An object of that kind that a build of production has.
func production(t *testing.T, kind string) *unstructured.Unstructured {
	t.Helper()
	for _, it := range judge.builds {
		object := &it.Object
		in := object.GetNamespace()
		if kind == "Namespace" {
			in = object.GetName()
		}
		if object.GetKind() == kind && in == namespace {
			return object.DeepCopy()
		}
	}
	t.Fatalf("no %s in production", kind)
	return nil
}

func changed(t *testing.T, it *unstructured.Unstructured, change string) *unstructured.Unstructured {
	t.Helper()
	text, err := yaml.YAMLToJSONStrict([]byte(change))
	if err != nil {
		t.Fatal(err)
	}
	patch, err := jsonpatch.DecodePatch(text)
	if err != nil {
		t.Fatal(err)
	}
	before, err := it.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	after, err := patch.Apply(before)
	if err != nil {
		t.Fatalf("%s: %v", change, err)
	}
	if bytes.Equal(bytes.TrimSpace(before), after) {
		t.Fatalf("changes nothing: %s", change)
	}
	result := &unstructured.Unstructured{}
	if err := result.UnmarshalJSON(after); err != nil {
		t.Fatal(err)
	}
	return result
}
