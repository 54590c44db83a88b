package node

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestAPodSaysWhichSettingIsWrongWhileTheOldVersionServes(t *testing.T) {
	for name, wrong := range map[string]struct {
		overlay Overlay
		says    []string
	}{
		"a name that is none": {
			Overlay{Settings: []string{"USER_ATTRIBUTES_LOG_FROMAT=json"}},
			[]string{"USER_ATTRIBUTES_LOG_FROMAT", "USER_ATTRIBUTES_LOG_FORMAT"},
		},
		"a value that won't do": {
			Overlay{Settings: []string{"USER_ATTRIBUTES_DRAIN_TIMEOUT=25"}},
			[]string{"--drain-timeout"},
		},
		"a certificate that is missing": {
			Overlay{Settings: []string{
				"USER_ATTRIBUTES_TLS_CERT=/etc/user-attributes/tls/tls.crt",
				"USER_ATTRIBUTES_TLS_KEY=/etc/user-attributes/tls/tls.key",
			}},
			[]string{"/etc/user-attributes/tls/tls.crt"},
		},
		"the Secret of the component tls is missing": {
			Overlay{More: tlsComponent},
			[]string{"/etc/user-attributes/tls/tls."},
		},
		"a Region that is none": {
			Overlay{Settings: []string{"AWS_REGION=eu-central-9"}, RealCognito: true},
			[]string{"eu-central-9", "AWS_REGION"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := deployed(t)
			before := pods(ctx, t)
			noneFailed(t, underLoad(ctx, t, func() {
				node.apply(ctx, t, wrong.overlay)
				pod, message := terminated(ctx, t)
				described, _, err := node.Kubectl(ctx, "--namespace", namespace, "describe", "pod", pod)
				if err != nil {
					t.Fatal(err)
				}
				for _, words := range wrong.says {
					if !strings.Contains(message, words) {
						t.Errorf("its termination message doesn't name %s: %s", words, message)
					}
					if !strings.Contains(described, words) {
						t.Errorf("kubectl describe doesn't name %s: %s", words, described)
					}
				}
				goesOn(ctx, t, before)
			}))
		})
	}
}

// terminated waits for a pod whose server has ended, for a setting's sake, and gives what it said.
func terminated(ctx context.Context, t *testing.T) (pod, message string) {
	t.Helper()
	node.eventually(ctx, t, "a pod's server has ended with 64", func(ctx context.Context) (bool, error) {
		for _, each := range pods(ctx, t) {
			for _, container := range each.Status.ContainerStatuses {
				for _, state := range []corev1.ContainerState{container.State, container.LastTerminationState} {
					if ended := state.Terminated; ended != nil && ended.ExitCode == 64 {
						pod, message = each.Name, ended.Message
						return true, nil
					}
				}
			}
		}
		return false, nil
	})
	return pod, message
}
