package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An upstream is a scripted Cognito that counts the calls of each operation.
type upstream struct {
	url  string
	hits counter
}

func startUpstream(t *testing.T, answer func(operation string, w http.ResponseWriter)) *upstream {
	t.Helper()
	u := &upstream{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("x-amz-target"), ".")
		u.hits.add(operation)
		w.Header().Set("content-type", "application/x-amz-json-1.1")
		answer(operation, w)
	}))
	// A server that is in front of it ends first.
	t.Cleanup(server.Close)
	u.url = server.URL
	return u
}

// succeed answers whatever the operation with what it needs.
func succeed(_ string, w http.ResponseWriter) {
	_, _ = w.Write([]byte(`{
		"Username": "dan",
		"UserAttributes": [],
		"CodeDeliveryDetails": {
			"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "d***@e***"
		}
	}`))
}

// hangUp reads the request and closes the connection.
func hangUp(string, http.ResponseWriter) {
	panic(http.ErrAbortHandler)
}

func fail(_ string, w http.ResponseWriter) {
	w.WriteHeader(http.StatusInternalServerError)
}
