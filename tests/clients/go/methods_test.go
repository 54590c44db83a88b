package main

import (
	"context"

	"google.golang.org/grpc"

	pb "example/userattributes/cognito/userattributes/v1"
)

// A method of the contract, with a request that any Cognito takes whose token this is.
type method struct {
	name string
	// Whether it changes nothing, so that the service config lets gRPC repeat it.
	isRead bool
	call   func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error
}

// Each call's deadline is the service config's.
var methods = []method{
	{"UpdateUserAttributes", false,
		func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error {
			nickname := "Dan"
			_, err := client.UpdateUserAttributes(context.Background(), &pb.UpdateUserAttributesRequest{
				UserAttributes: []*pb.AttributeType{{Name: "nickname", Value: &nickname}},
				AccessToken:    token,
				RequestId:      "the-change",
			}, options...)
			return err
		}},
	{"VerifyUserAttribute", false,
		func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error {
			_, err := client.VerifyUserAttribute(context.Background(), &pb.VerifyUserAttributeRequest{
				AccessToken: token, AttributeName: "email", Code: "123456", RequestId: "the-verification",
			}, options...)
			return err
		}},
	{"GetUserAttributeVerificationCode", false,
		func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error {
			_, err := client.GetUserAttributeVerificationCode(context.Background(),
				&pb.GetUserAttributeVerificationCodeRequest{
					AccessToken: token, AttributeName: "email", RequestId: "the-code",
				}, options...)
			return err
		}},
	{"DeleteUserAttributes", false,
		func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error {
			_, err := client.DeleteUserAttributes(context.Background(), &pb.DeleteUserAttributesRequest{
				UserAttributeNames: []string{"nickname"}, AccessToken: token, RequestId: "the-deletion",
			}, options...)
			return err
		}},
	{"GetUser", true,
		func(client pb.UserAttributesServiceClient, token string, options ...grpc.CallOption) error {
			_, err := client.GetUser(context.Background(),
				&pb.GetUserRequest{AccessToken: token}, options...)
			return err
		}},
}

// getUser is one of them.
var getUser = methods[4].call
