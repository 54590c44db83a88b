package controllers

import (
	"context"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

const (
	// Of the 100m that each pod requests, of which 70m are meant to be used.
	idle, busy = 5, 200
	// How many of the autoscaler's seconds pass in one of these tests'.
	faster = 60
)

func TestTheAutoscalerAddsPodsUnderLoadAndTakesThemAwaySlowly(t *testing.T) {
	d := prepare(t, "autoscaling", "production", sixNodes)
	d.must(d.overlay.Autoscaled())
	slow := d.hurry()
	metrics.Use(d.namespace, idle)
	d.rollOut()
	d.untilReplicas(3)
	stop := d.expectReplicas(3, 6)
	defer stop()

	metrics.Use(d.namespace, busy)
	d.untilReplicas(6)
	d.untilReady(6)
	// Nothing of what is applied says how many there are.
	d.apply()

	calm := time.Now()
	metrics.Use(d.namespace, idle)
	waits := []time.Duration{slow.stabilization, slow.period, slow.period}
	for i, replicas := range []int32{5, 4, 3} {
		d.untilReplicas(replicas)
		// It counts whole seconds, and asks each second, or a little later on a busy machine.
		if took := time.Since(calm); took < waits[i]-2*time.Second {
			t.Errorf("%d replicas after %v, and not %v", replicas, took, waits[i])
		}
		calm = time.Now()
	}
}

func TestAnAutoscalerForPodsThatRunIsHandedTheirNumber(t *testing.T) {
	t.Parallel()
	commands, err := recipes("autoscaling")
	if err != nil || len(commands) != 2 {
		t.Fatalf("not the two recipes: %v %v", commands, err)
	}
	for name, way := range map[string][]string{"client-side": {}, "server-side": {"--server-side"}} {
		recipe := commands[len(way)]
		t.Run("and a plain apply drops them, "+name, func(t *testing.T) {
			d := prepare(t, "dropped-"+name, "production", threeNodes)
			d.rollOut(way...)
			metrics.Use(d.namespace, idle)
			d.must(d.overlay.Autoscaled())
			dropped, drop := context.WithCancel(d.ctx)
			defer drop()
			defer d.deployments.Always(func(now []*appsv1.Deployment) {
				if len(now) == 1 && *now[0].Spec.Replicas == 1 {
					drop()
				}
			})()
			d.apply(way...)
			<-dropped.Done()
			// Otherwise nobody needs the recipe.
			d.must(d.ctx.Err())
		})
		t.Run("and the recipe fails where no pods run, "+name, func(t *testing.T) {
			d := prepare(t, "absent-"+name, "production", threeNodes)
			if err := d.follow(recipe); err == nil || !strings.Contains(err.Error(), "NotFound") {
				t.Errorf("not that there is no Deployment: %v", err)
			}
		})
		t.Run("and by the recipe none goes, "+name, func(t *testing.T) {
			d := prepare(t, "kept-"+name, "production", threeNodes)
			d.rollOut(way...)
			metrics.Use(d.namespace, idle)
			stop := d.expectReplicas(3, 4)
			defer stop()
			d.must(d.follow(recipe))
			d.must(d.overlay.Autoscaled())
			d.apply(way...)
			d.untilScalerKnows()
			// The next one neither.
			d.apply(way...)
		})
	}
}

type pace struct {
	stabilization, period time.Duration
}

// Has a minute of the autoscaler's behavior pass in a second, and gives what it is then.
func (d *deployed) hurry() pace {
	d.t.Helper()
	scaler := &autoscalingv2.HorizontalPodAutoscaler{}
	d.must(read(scaler, "components/autoscaling/horizontalpodautoscaler.yaml"))
	behavior := scaler.Spec.Behavior.ScaleDown
	if len(behavior.Policies) != 1 || behavior.Policies[0].Value != 1 {
		d.t.Fatalf("not one pod at a time: %v", behavior.Policies)
	}
	stabilization, period := *behavior.StabilizationWindowSeconds, behavior.Policies[0].PeriodSeconds
	kind, at := "HorizontalPodAutoscaler", "/spec/behavior/scaleDown"
	d.must(d.overlay.Patch(kind, "replace", at+"/stabilizationWindowSeconds", stabilization/faster))
	d.must(d.overlay.Patch(kind, "replace", at+"/policies/0/periodSeconds", period/faster))
	return pace{
		stabilization: time.Duration(stabilization/faster) * time.Second,
		period:        time.Duration(period/faster) * time.Second,
	}
}

func (d *deployed) untilReplicas(count int32) {
	d.t.Helper()
	d.must(d.deployments.Until(d.ctx, "there are so many replicas", func(now []*appsv1.Deployment) bool {
		return len(now) == 1 && *now[0].Spec.Replicas == count
	}))
}

func (d *deployed) expectReplicas(least, most int32) (stop func()) {
	return d.deployments.Always(func(now []*appsv1.Deployment) {
		for _, deployment := range now {
			if count := *deployment.Spec.Replicas; count < least || count > most {
				d.t.Errorf("%d replicas", count)
			}
		}
	})
}

// Waits until the autoscaler has taken the pods over: it has seen what they use.
func (d *deployed) untilScalerKnows() {
	d.t.Helper()
	scalers := Watch[*autoscalingv2.HorizontalPodAutoscaler](
		d.ctx, shared.Client.AutoscalingV2().HorizontalPodAutoscalers(d.namespace).Watch,
	)
	known := func(now []*autoscalingv2.HorizontalPodAutoscaler) bool {
		for _, scaler := range now {
			for _, condition := range scaler.Status.Conditions {
				if condition.Type == autoscalingv2.ScalingActive && condition.Status == "True" {
					return true
				}
			}
		}
		return false
	}
	d.must(scalers.Until(d.ctx, "the autoscaler knows what the pods use", known))
}

// Runs commands of a comment in deploy/ as a person does whose overlay has this namespace. One that
// names none is for what isn't there.
func (d *deployed) follow(commands string) error {
	named := strings.ReplaceAll(commands, "-n user-attributes ", "-n "+d.namespace+" ")
	_, _, err := shared.Shell(d.ctx, named)
	return err
}
