// Package server has a real API server judge every object of every build of deploy/, and planted
// defects.
package server

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"user-attributes/tests/kubernetes/cluster"
)

// Where the objects of a build without a namespace go.
const namespace = "user-attributes"

var judge *judgement

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	running, err := cluster.Start(ctx, os.Getenv("PROGRAMS"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	judge, err = prepare(ctx, running)
	status := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		status = m.Run()
	}
	running.Stop()
	os.Exit(status)
}

// built is an object, and the first build that has it.
type built struct {
	In     string                    `json:"in"`
	Object unstructured.Unstructured `json:"object"`
}

type judgement struct {
	client dynamic.Interface
	mapper meta.RESTMapper
	builds []built
}

// prepare makes the namespaces for real: without them nothing in them would be judged.
func prepare(ctx context.Context, running *cluster.Cluster) (*judgement, error) {
	if err := running.InstallDefinitions(ctx, os.Getenv("CRDS")); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(os.Getenv("OBJECTS"))
	if err != nil {
		return nil, err
	}
	j := &judgement{}
	if err := json.Unmarshal(text, &j.builds); err != nil {
		return nil, err
	}
	running.Config.WarningHandlerWithContext = heard{}
	if j.client, err = dynamic.NewForConfig(running.Config); err != nil {
		return nil, err
	}
	if j.mapper, err = running.Mapper(); err != nil {
		return nil, err
	}
	for i := range j.builds {
		object := &j.builds[i].Object
		if object.GetKind() != "Namespace" {
			continue
		}
		made := &corev1.Namespace{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, made); err != nil {
			return nil, err
		}
		_, err := running.Client.CoreV1().Namespaces().Create(ctx, made, metav1.CreateOptions{})
		if err != nil {
			return nil, err
		}
	}
	return j, nil
}

// way is how an object comes to the server.
type way func(context.Context, dynamic.ResourceInterface, *unstructured.Unstructured) error

// As `kubectl apply --server-side` sends it, whether it is there already or not.
func applied(ctx context.Context, kind dynamic.ResourceInterface, it *unstructured.Unstructured) error {
	text, err := it.MarshalJSON()
	if err != nil {
		return err
	}
	// Forced, as what a test has made for real is another manager's.
	force := true
	options := metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
		FieldManager: "test", Force: &force,
	}
	_, err = kind.Patch(ctx, it.GetName(), types.ApplyPatchType, text, options)
	return err
}

// As `kubectl apply` sends what isn't there yet.
func created(ctx context.Context, kind dynamic.ResourceInterface, it *unstructured.Unstructured) error {
	options := metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	}
	_, err := kind.Create(ctx, it, options)
	return err
}

// Says all that the server has to say against the object, and nothing if it takes it gladly.
func (j *judgement) faults(ctx context.Context, send way, it *unstructured.Unstructured) string {
	kind, err := j.resource(it)
	if err != nil {
		return err.Error()
	}
	var warnings []string
	err = send(context.WithValue(ctx, heard{}, &warnings), kind, it)
	if err != nil {
		warnings = append(warnings, err.Error())
	}
	return strings.Join(warnings, "\n")
}

func (j *judgement) resource(it *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := it.GroupVersionKind()
	mapping, err := j.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return j.client.Resource(mapping.Resource), nil
	}
	in := it.GetNamespace()
	if in == "" {
		in = namespace
	}
	return j.client.Resource(mapping.Resource).Namespace(in), nil
}

// heard keeps the warnings of a request in its context.
type heard struct{}

func (heard) HandleWarningHeaderWithContext(ctx context.Context, _ int, _ string, text string) {
	if warnings, ok := ctx.Value(heard{}).(*[]string); ok {
		*warnings = append(*warnings, "Warning: "+text)
	}
}
