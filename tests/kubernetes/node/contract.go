package node

import (
	"context"
	"fmt"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const (
	service        = "cognito.userattributes.v1.UserAttributesService"
	contractFolder = "../../../proto/"
)

// Contract is the service's, read from the image of it that the repository has, so that nothing has to
// be generated.
type Contract struct {
	update protoreflect.MethodDescriptor
}

func readContract() (*Contract, error) {
	encoded, err := os.ReadFile(contractFolder + "v1.binpb")
	if err != nil {
		return nil, err
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(encoded, &set); err != nil {
		return nil, err
	}
	files, err := protodesc.NewFiles(&set)
	if err != nil {
		return nil, err
	}
	found, err := files.FindDescriptorByName(service + ".UpdateUserAttributes")
	if err != nil {
		return nil, err
	}
	return &Contract{update: found.(protoreflect.MethodDescriptor)}, nil
}

func (c *Contract) updateRequest(token, id string) (proto.Message, error) {
	request := dynamicpb.NewMessage(c.update.Input())
	return request, protojson.Unmarshal(fmt.Appendf(nil, `{
		"userAttributes": [{"name": "nickname", "value": "dan"}],
		"accessToken": %q,
		"requestId": %q
	}`, token, id), request)
}

// change makes a change under an id.
func (c *Contract) change(
	ctx context.Context, connection *grpc.ClientConn, token, id string, options ...grpc.CallOption,
) error {
	request, err := c.updateRequest(token, id)
	if err != nil {
		return err
	}
	response := dynamicpb.NewMessage(c.update.Output())
	return connection.Invoke(ctx, "/"+service+"/UpdateUserAttributes", request, response, options...)
}
