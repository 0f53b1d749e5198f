// The API over gRPC, as a plugin asks for it.

package grpchost

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

func text(m *dynamicpb.Message, path, value string) {
	set(m, path, protoreflect.ValueOfString(value))
}

func TestThePluginAsksTheAPI(t *testing.T) {
	m := startMattermost(t, "http")
	a := m.api.answers
	a["CreatePost"] = func(request, response *dynamicpb.Message) error {
		text(response, "post.message", field(request, "post.message").String())
		return nil
	}
	a["KVGet"] = func(request, response *dynamicpb.Message) error {
		set(response, "value", protoreflect.ValueOfBytes([]byte("kept "+field(request, "key").String())))
		return nil
	}
	a["GetUser"] = func(_, response *dynamicpb.Message) error {
		text(response, "error.id", "app.user.missing")
		text(response, "error.message", "no such user")
		set(response, "error.status_code", protoreflect.ValueOfInt32(404))
		return nil
	}
	a["KVSet"] = func(_, _ *dynamicpb.Message) error { return nil }
	a["GetServerVersion"] = func(_, response *dynamicpb.Message) error {
		text(response, "version", "11.7.0")
		return nil
	}
	a["InstallPlugin"] = func(request, response *dynamicpb.Message) error {
		text(response, "manifest.id", string(field(request, "file_data").Bytes()))
		return nil
	}
	a["UploadData"] = func(request, response *dynamicpb.Message) error {
		text(response, "file_info.name", field(request, "upload_session.id").String()+" "+string(field(request, "data").Bytes()))
		return nil
	}
	a["PluginHTTP"] = func(request, response *dynamicpb.Message) error {
		if field(request, "method").String() == "POST" && string(field(request, "body").Bytes()) == "body" {
			set(response, "status_code", protoreflect.ValueOfInt32(201))
		}
		return nil
	}
	m.activate()
	want := "over gRPC|kept key|true no such user|11.7.0|a bundle|upload a part|201 Created"
	if got := m.get("GET", "/api", ""); got != want {
		t.Fatalf("%s\nwanted\n%s\n%s", got, want, m.log)
	}
	m.api.mutex.Lock()
	logged := m.api.asked["LogInfo"]
	m.api.mutex.Unlock()
	found := false
	for _, line := range logged {
		found = found || field(line, "msg").String() == "logged" && strings.Contains(line.String(), "number")
	}
	if !found {
		t.Errorf("not logged: %v", logged)
	}
}

func TestFaultsOfTheAPIAreTold(t *testing.T) {
	m := startMattermost(t, "http")
	m.api.answers["LoadPluginConfiguration"] = func(_, _ *dynamicpb.Message) error {
		return status.Error(codes.Unavailable, "not now")
	}
	response, err := m.hook("OnActivate", nil)
	if err != nil || !strings.Contains(field(response, "error.message").String(), "not now") {
		t.Fatalf("%v %v", response, err)
	}
	old := startMattermost(t, "http")
	old.activate()
	old.api.answers["CreatePost"] = func(_, _ *dynamicpb.Message) error {
		return status.Error(codes.Unimplemented, "unknown method CreatePost")
	}
	if got := old.get("GET", "/api", ""); !strings.Contains(got, "CreatePost: not supported by this server") {
		t.Fatal(got)
	}
}
