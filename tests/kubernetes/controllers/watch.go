package controllers

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// Watched are objects of one kind, as the API server tells of them.
type Watched[T metav1.Object] struct {
	mutex sync.Mutex
	now   map[types.UID]T
	rules map[int]func([]T)
	// Closed at each event, and made anew.
	changed chan struct{}
	ended   error
}

// Watch begins with the objects that are there, and goes on until the context ends.
func Watch[T metav1.Object](
	ctx context.Context, open func(context.Context, metav1.ListOptions) (watch.Interface, error),
) *Watched[T] {
	w := &Watched[T]{
		now: map[types.UID]T{}, rules: map[int]func([]T){}, changed: make(chan struct{}),
	}
	events, err := open(ctx, metav1.ListOptions{})
	if err != nil {
		w.ended = err
		return w
	}
	go func() {
		defer events.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case event, more := <-events.ResultChan():
				if !more {
					w.end(fmt.Errorf("the watch has ended"))
					return
				}
				w.take(event)
			}
		}
	}()
	return w
}

func (w *Watched[T]) take(event watch.Event) {
	object, known := event.Object.(T)
	if !known {
		w.end(fmt.Errorf("the watch tells of %v", event.Object))
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if event.Type == watch.Deleted {
		delete(w.now, object.GetUID())
	} else {
		w.now[object.GetUID()] = object
	}
	for _, rule := range w.rules {
		rule(w.all())
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *Watched[T]) end(err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.ended = err
	close(w.changed)
	w.changed = make(chan struct{})
}

// Always has the rule see what is there now, and after every event until it is stopped.
func (w *Watched[T]) Always(rule func([]T)) (stop func()) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	rule(w.all())
	key := len(w.rules)
	w.rules[key] = rule
	return func() {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.rules[key] = func([]T) {}
	}
}

// Until waits for an event after which it holds, if it doesn't already.
func (w *Watched[T]) Until(ctx context.Context, what string, holds func([]T) bool) error {
	for {
		w.mutex.Lock()
		now, changed, ended := w.all(), w.changed, w.ended
		w.mutex.Unlock()
		if holds(now) {
			return nil
		}
		if ended != nil {
			return fmt.Errorf("%s: %w", what, ended)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("not true in time that %s", what)
		}
	}
}

// Now is what is there.
func (w *Watched[T]) Now() []T {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.all()
}

func (w *Watched[T]) all() []T {
	all := make([]T, 0, len(w.now))
	for _, object := range w.now {
		all = append(all, object)
	}
	return all
}

// going are the pods that nobody has asked to end.
func going(pods []*corev1.Pod) []*corev1.Pod {
	var found []*corev1.Pod
	for _, pod := range pods {
		if pod.DeletionTimestamp == nil {
			found = append(found, pod)
		}
	}
	return found
}

// ready are those of them that take calls.
func ready(pods []*corev1.Pod) []*corev1.Pod {
	var found []*corev1.Pod
	for _, pod := range going(pods) {
		if isReady(pod) {
			found = append(found, pod)
		}
	}
	return found
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
