package main

import (
	"strings"
	"testing"
)

func TestTheProgramPrintsDeliveriesAndErrors(t *testing.T) {
	server := startServer(t)
	environment := map[string]string{
		"USER_ATTRIBUTES_ENDPOINT":     "http://" + server.address,
		"USER_ATTRIBUTES_ACCESS_TOKEN": server.accessToken,
	}
	for _, given := range []struct {
		words, stdout, stderr string
		code                  int
	}{
		{"-request-id=1 phone_number=+15555550199",
			"phone_number: code sent by SMS to +*******0199\n", "", 0},
		// It is made once, and told again.
		{"-request-id=1 phone_number=+15555550199",
			"phone_number: code sent by SMS to +*******0199\n", "", 0},
		{"-request-id=1 nickname=Dan", "", "REQUEST_ID_REUSED", 1},
		{"sub=x", "", "INVALID_PARAMETER", 1},
		{"sub=x", "", "\n  user_attributes[0].name: ", 1},
		{"nickname", "", "usage: ", 2},
		{"", "", "usage: ", 2},
		{"-help", "", "usage: ", 2},
	} {
		var stdout, stderr strings.Builder
		getenv := func(name string) string { return environment[name] }
		code := run(strings.Fields(given.words), getenv, &stdout, &stderr)
		if code != given.code || stdout.String() != given.stdout ||
			!strings.Contains(stderr.String(), given.stderr) {
			t.Errorf("%q ended with %d, said\n%s%s", given.words, code, &stdout, &stderr)
		}
	}
	if sent := server.codes(t); len(sent) != 1 {
		t.Errorf("%d codes were sent, not 1", len(sent))
	}
}
