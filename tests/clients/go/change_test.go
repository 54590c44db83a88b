package main

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"

	pb "example/userattributes/cognito/userattributes/v1"
)

func TestAChangeIsMadeVerifiedAndUndoneWithOneCodeForEachStep(t *testing.T) {
	server := startServer(t)
	connection := connect(t, server.address)
	client := pb.NewUserAttributesServiceClient(connection)
	ctx := context.Background()

	// Given three times under the same id, it is made once.
	for range 3 {
		deliveries, err := updateUserAttributes(ctx, connection, server.accessToken, "change-of-address",
			parse("email=dan@example.org", "nickname=Dan"))
		check(t, err)
		if len(deliveries) != 1 || deliveries[0].GetDestination() != "d***@e***" ||
			deliveries[0].GetDeliveryMedium() != pb.DeliveryMedium_DELIVERY_MEDIUM_EMAIL {
			t.Errorf("got %v", deliveries)
		}
	}
	if sent := server.codes(t); len(sent) != 1 {
		t.Fatalf("%d codes were sent, not 1", len(sent))
	}
	want(t, server, client, "email", "dan@example.org")
	want(t, server, client, "email_verified", "false")

	// So it is with another code for the same address.
	for range 3 {
		_, err := client.GetUserAttributeVerificationCode(ctx,
			&pb.GetUserAttributeVerificationCodeRequest{
				AccessToken: server.accessToken, AttributeName: "email", RequestId: "another-code",
			})
		check(t, err)
	}
	sent := server.codes(t)
	if len(sent) != 2 {
		t.Fatalf("%d codes were sent, not 2", len(sent))
	}

	// Cognito takes a code once. The second call gets the first one's result.
	for range 2 {
		_, err := client.VerifyUserAttribute(ctx, &pb.VerifyUserAttributeRequest{
			AccessToken: server.accessToken, AttributeName: "email", Code: sent[1],
			RequestId: "the-code-comes-back",
		})
		check(t, err)
	}
	want(t, server, client, "email_verified", "true")

	deleteNickname := func() {
		_, err := client.DeleteUserAttributes(ctx, &pb.DeleteUserAttributesRequest{
			AccessToken: server.accessToken, UserAttributeNames: []string{"nickname"},
			RequestId: "no-nickname",
		})
		check(t, err)
	}
	deleteNickname()
	want(t, server, client, "nickname", "")

	// A repeat under its id spares what was set after the deletion.
	_, err := updateUserAttributes(ctx, connection, server.accessToken, "a-new-nickname",
		parse("nickname=Danny"))
	check(t, err)
	deleteNickname()
	want(t, server, client, "nickname", "Danny")
}

func TestAChangeWhoseAnswerIsLostSendsNoSecondCodeUnderItsID(t *testing.T) {
	server := startServer(t)
	connection := connect(t, server.address)
	// The pool makes the change, and nobody hears of it.
	server.fail(t, "UpdateUserAttributes", "close_after_read", 1)

	for range 2 {
		_, err := updateUserAttributes(context.Background(), connection, server.accessToken, "id",
			parse("email=dan@example.org"))
		got := failureOf(err)
		if got.code != codes.Unknown || got.reason != "UPSTREAM_OUTCOME_UNKNOWN" ||
			got.outcome != "unknown" {
			t.Errorf("got %v %v", got.code, got)
		}
	}

	if sent := server.codes(t); len(sent) != 1 {
		t.Errorf("%d codes were sent, not 1", len(sent))
	}
	want(t, server, pb.NewUserAttributesServiceClient(connection), "email", "dan@example.org")
}

func TestAThrottledChangeIsARealTryWhenItIsGivenAgainUnderItsID(t *testing.T) {
	server := startServer(t)
	connection := connect(t, server.address)
	server.fail(t, "UpdateUserAttributes", "TooManyRequestsException", 3)
	change := func() error {
		_, err := updateUserAttributes(context.Background(), connection, server.accessToken, "id",
			parse("email=dan@example.org"))
		return err
	}

	got := failureOf(change())
	if got.code != codes.ResourceExhausted || got.outcome != "not_applied" ||
		got.retry.GetRetryDelay().AsDuration() <= 0 {
		t.Errorf("got %v %v, to be retried in %v", got.code, got, got.retry)
	}
	check(t, change())

	if sent := server.codes(t); len(sent) != 1 {
		t.Errorf("%d codes were sent, not 1", len(sent))
	}
}

func TestARequestIDMeansNothingToAnotherServer(t *testing.T) {
	upstream := startUpstream(t, succeed)
	for range 2 {
		server := startServerInFrontOf(t, upstream.url)
		connection := connect(t, server.address)
		for range 2 {
			_, err := updateUserAttributes(context.Background(), connection, "token", "id",
				parse("nickname=Dan"))
			check(t, err)
		}
	}
	if got := upstream.hits.of("UpdateUserAttributes"); got != 2 {
		t.Errorf("sent %d times, not once by each server", got)
	}
}

// want checks an attribute of the user's, of which "" says that there is none.
func want(t *testing.T, server *server, client pb.UserAttributesServiceClient, name, value string) {
	t.Helper()
	user, err := client.GetUser(context.Background(),
		&pb.GetUserRequest{AccessToken: server.accessToken})
	check(t, err)
	var got string
	for _, attribute := range user.GetUserAttributes() {
		if attribute.GetName() == name {
			got = attribute.GetValue()
		}
	}
	if got != value {
		t.Errorf("%s is %q, not %q", name, got, value)
	}
}
