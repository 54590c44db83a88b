package cluster

import (
	"context"
	"fmt"
	"time"
)

// Eventually asks again and again until it holds, and fails when the context ends before.
func Eventually(ctx context.Context, what string, holds func(context.Context) (bool, error)) error {
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		yes, err := holds(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if yes {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("not true in time that %s", what)
		}
	}
}
