// Command generate makes the Go code of proto/pluginapi, as protoc with its plugin for Go would, of the descriptors
// that the tests go by: messages in one folder, which is not committed. What a Go plugin pays for is code like this.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

const importPath = "example.com/mmplugin/grpcbench/messages"

func main() {
	if err := run("../../tests/grpchost/pluginapi/generated.binpb", "messages"); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(descriptors, folder string) error {
	bytes, err := os.ReadFile(descriptors)
	if err != nil {
		return err
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(bytes, set); err != nil {
		return err
	}
	request := &pluginpb.CodeGeneratorRequest{ProtoFile: set.File, Parameter: proto.String("paths=source_relative")}
	for _, file := range set.File {
		if file.GetPackage() != "mattermost.pluginapi.v1" {
			continue
		}
		request.FileToGenerate = append(request.FileToGenerate, file.GetName())
		file.Options = &descriptorpb.FileOptions{GoPackage: proto.String(importPath)}
	}
	generator, err := protogen.Options{}.New(request)
	if err != nil {
		return err
	}
	for _, file := range generator.Files {
		if file.Generate {
			internal_gengo.GenerateFile(generator, file)
		}
	}
	response := generator.Response()
	if response.Error != nil {
		return fmt.Errorf("%s", response.GetError())
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, file := range response.File {
		if err := os.WriteFile(filepath.Join(folder, file.GetName()), []byte(file.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
