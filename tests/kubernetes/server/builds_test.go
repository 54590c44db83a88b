package server

import (
	"fmt"
	"testing"
)

func TestEveryObjectOfEveryBuildIsTakenWithoutAWarning(t *testing.T) {
	if len(judge.builds) == 0 {
		t.Fatal("no objects")
	}
	for _, it := range judge.builds {
		object := &it.Object
		name := fmt.Sprintf("%s %s of %s", object.GetKind(), object.GetName(), it.In)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if faults := judge.faults(t.Context(), applied, object); faults != "" {
				t.Error("applied: " + faults)
			}
			// Those are there.
			if object.GetKind() == "Namespace" {
				return
			}
			if faults := judge.faults(t.Context(), created, object); faults != "" {
				t.Error("created: " + faults)
			}
		})
	}
}
