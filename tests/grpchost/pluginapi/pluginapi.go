// Package pluginapi knows the messages and services of proto/pluginapi by their descriptors, makes values of them up,
// and says what is in one.
package pluginapi

import (
	_ "embed"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Package is the name that all of them begin with.
const Package = "mattermost.pluginapi.v1"

//go:embed generated.binpb
var set []byte

// Files are the descriptors.
var Files = sync.OnceValue(func() *protoregistry.Files {
	all := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(set, all); err != nil {
		panic(err)
	}
	files, err := protodesc.NewFiles(all)
	if err != nil {
		panic(err)
	}
	return files
})

// Service is a service by its name: PluginHooks or PluginAPI.
func Service(name string) protoreflect.ServiceDescriptor {
	found, err := Files().FindDescriptorByName(protoreflect.FullName(Package + "." + name))
	if err != nil {
		panic(err)
	}
	return found.(protoreflect.ServiceDescriptor)
}

// New makes an empty message; nil when there is none of that name.
func New(name string) *dynamicpb.Message {
	found, err := Files().FindDescriptorByName(protoreflect.FullName(Package + "." + name))
	if err != nil {
		return nil
	}
	return dynamicpb.NewMessage(found.(protoreflect.MessageDescriptor))
}
