// Mattermost's hooks and API over gRPC: the plugin with every hook, messages made by their descriptors.

package grpchost

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	plugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"example.com/mmplugin/grpchost/pluginapi"
)

const pkg = pluginapi.Package

// leaves are the values of a message, as they stand in JSON.
func leaves(m protoreflect.Message, path string, visit func(path, value string)) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		at := path + "." + string(field.Name())
		one := func(value protoreflect.Value, field protoreflect.FieldDescriptor) {
			switch field.Kind() {
			case protoreflect.MessageKind:
				leaves(value.Message(), at, visit)
			case protoreflect.BoolKind:
				visit(at, "true")
			case protoreflect.EnumKind:
				// OPEN is "O", and so on.
				words := strings.Split(string(field.Enum().Values().ByNumber(value.Enum()).Name()), "_")
				visit(at, `"`+words[len(words)-1][:1]+`"`)
			case protoreflect.BytesKind:
				if !strings.HasSuffix(at, "_json") {
					visit(at, `"`+base64.StdEncoding.EncodeToString(value.Bytes())+`"`)
				}
			case protoreflect.StringKind:
				visit(at, `"`+value.String()+`"`)
			default:
				visit(at, value.String())
			}
		}
		switch {
		case field.IsMap():
			value.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
				visit(at, `"`+key.String()+`"`)
				one(value, field.MapValue())
				return true
			})
		case field.IsList():
			for i := range value.List().Len() {
				one(value.List().Get(i), field)
			}
		default:
			one(value, field)
		}
		return true
	})
}

// api is a server that answers every method with values made up, and remembers what it was asked.
type api struct {
	address string
	server  *grpc.Server
	mutex   sync.Mutex
	asked   map[string][]*dynamicpb.Message
	answers map[string]func(request, response *dynamicpb.Message) error
}

func serveAPI(t testing.TB) *api {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	methods := pluginapi.Service("PluginAPI").Methods()
	a := &api{address: listener.Addr().String(), asked: map[string][]*dynamicpb.Message{}, answers: map[string]func(request, response *dynamicpb.Message) error{}}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(256<<20), grpc.MaxSendMsgSize(256<<20), grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		full, _ := grpc.MethodFromServerStream(stream)
		name := full[strings.LastIndex(full, "/")+1:]
		method := methods.ByName(protoreflect.Name(name))
		if method == nil {
			return status.Errorf(codes.Unimplemented, "no method %s", name)
		}
		request, response := dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(request); err != nil {
			return err
		}
		a.mutex.Lock()
		a.asked[name] = append(a.asked[name], request)
		answer := a.answers[name]
		a.mutex.Unlock()
		if answer != nil {
			if err := answer(request, response); err != nil {
				return err
			}
		} else {
			(&pluginapi.Filler{Leave: map[string]bool{".error": true, ".config_json": true}}).Fill(response)
		}
		return stream.SendMsg(response)
	}))
	a.server = server
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return a
}

type hooksPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (hooksPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (hooksPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// mattermost is a running plugin with its host.
type mattermost struct {
	t      testing.TB
	client *plugin.Client
	conn   *grpc.ClientConn
	hooks  protoreflect.ServiceDescriptor
	api    *api
	log    *buffer
}

func startMattermost(t testing.TB, executable string, environment ...string) *mattermost {
	t.Helper()
	a := serveAPI(t)
	log := new(buffer)
	cmd := exec.Command(filepath.Join(os.Getenv(plugins), executable))
	cmd.Env = append(append(os.Environ(), "MATTERMOST_PLUGIN_API_TARGET="+a.address), environment...)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: 1, MagicCookieKey: "MATTERMOST_PLUGIN", MagicCookieValue: "Securely message teams, anywhere.",
		},
		Plugins:          plugin.PluginSet{"hooks": hooksPlugin{}},
		Cmd:              cmd,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log}),
		StartTimeout:     20 * time.Second,
	})
	t.Cleanup(client.Kill)
	protocol, err := client.Client()
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	raw, err := protocol.Dispense("hooks")
	if err != nil {
		t.Fatal(err)
	}
	return &mattermost{t, client, raw.(*grpc.ClientConn), pluginapi.Service("PluginHooks"), a, log}
}

func (m *mattermost) message(name string) *dynamicpb.Message {
	return dynamicpb.NewMessage(m.hooks.Methods().ByName(protoreflect.Name(name)).Input())
}

// hook calls one hook; nil arguments are none.
func (m *mattermost) hook(name string, request *dynamicpb.Message) (*dynamicpb.Message, error) {
	method := m.hooks.Methods().ByName(protoreflect.Name(name))
	if request == nil {
		request = dynamicpb.NewMessage(method.Input())
	}
	response := dynamicpb.NewMessage(method.Output())
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err := m.conn.Invoke(ctx, "/"+pkg+".PluginHooks/"+name, request, response)
	return response, err
}

func (m *mattermost) activate() {
	m.t.Helper()
	response, err := m.hook("OnActivate", nil)
	if err != nil || response.Has(response.Descriptor().Fields().ByName("error")) {
		m.t.Fatalf("OnActivate: %v %v\n%s", response, err, m.log)
	}
}

func field(m *dynamicpb.Message, path string) protoreflect.Value {
	var value protoreflect.Value
	current := protoreflect.Message(m)
	for _, name := range strings.Split(path, ".") {
		value = current.Get(current.Descriptor().Fields().ByName(protoreflect.Name(name)))
		if inner, ok := value.Interface().(protoreflect.Message); ok {
			current = inner
		}
	}
	return value
}

// set gives a field a value, making the messages on the way.
func set(m protoreflect.Message, path string, value protoreflect.Value) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		m = m.Mutable(m.Descriptor().Fields().ByName(protoreflect.Name(name))).Message()
	}
	m.Set(m.Descriptor().Fields().ByName(protoreflect.Name(names[len(names)-1])), value)
}

// get is one small HTTP request; the answer's body.
func (m *mattermost) get(method, path, body string) string {
	m.t.Helper()
	exchange, err := m.http(context.Background(), method, path)
	if err != nil {
		m.t.Fatal(err)
	}
	exchange.send([]byte(body), true)
	_, answer, err := exchange.receive()
	if err != nil {
		m.t.Fatal(err)
	}
	return string(answer)
}

type exchange struct {
	m      *mattermost
	stream grpc.ClientStream
	head   *dynamicpb.Message
}

func (m *mattermost) http(ctx context.Context, method, path string) (*exchange, error) {
	description := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	stream, err := m.conn.NewStream(ctx, description, "/"+pkg+".PluginHooks/ServeHTTP")
	if err != nil {
		return nil, err
	}
	head := m.message("ServeHTTP")
	set(head, "init.method", protoreflect.ValueOfString(method))
	set(head, "init.url", protoreflect.ValueOfString(path))
	set(head, "init.proto_major", protoreflect.ValueOfInt32(1))
	set(head, "init.proto_minor", protoreflect.ValueOfInt32(1))
	set(head, "init.host", protoreflect.ValueOfString("chat.example.com"))
	set(head, "init.content_length", protoreflect.ValueOfInt64(-1))
	return &exchange{m, stream, head}, nil
}

// send sends a piece of the body, the head before the first.
func (e *exchange) send(body []byte, complete bool) error {
	message := e.head
	if message == nil {
		message = e.m.message("ServeHTTP")
	}
	e.head = nil
	set(message, "body_chunk", protoreflect.ValueOfBytes(body))
	set(message, "body_complete", protoreflect.ValueOfBool(complete))
	return e.stream.SendMsg(message)
}

func (e *exchange) next() (*dynamicpb.Message, error) {
	message := dynamicpb.NewMessage(e.m.hooks.Methods().ByName("ServeHTTP").Output())
	return message, e.stream.RecvMsg(message)
}

func (e *exchange) receive() (int, []byte, error) {
	var body []byte
	code := 0
	for {
		message, err := e.next()
		if err == io.EOF {
			return code, body, nil
		}
		if err != nil {
			return code, body, err
		}
		if message.Has(message.Descriptor().Fields().ByName("init")) {
			code = int(field(message, "init.status_code").Int())
		}
		body = append(body, field(message, "body_chunk").Bytes()...)
		if field(message, "body_complete").Bool() {
			return code, body, nil
		}
	}
}

// What a model type has no place for, or in another form than text by text.
var unheard = map[string]bool{
	".context": true, ".plugin_context": true,
	"CommandArgs.t": true, "CommandArgs.user_mention": true, "CommandArgs.channel_mention": true,
	"PostList.first_inaccessible_post_time": true,
	"PushNotification.badge":                true, "PushNotification.cont_ava": true,
	"AppError.params": true,
	// Not in the JSON of the model, which is what this test looks at.
	"CommandArgs.site_url": true, "TeamMember.create_at": true,
}

// byHand are hooks with messages of their own kind.
var byHand = map[string]bool{
	"Implemented": true, "OnActivate": true, "OnDeactivate": true, "OnConfigurationChange": true, "ServeHTTP": true,
}

func TestEveryHookHearsEveryValue(t *testing.T) {
	m := startMattermost(t, "every")
	response, err := m.hook("Implemented", nil)
	if err != nil || field(response, "hooks").List().Len() < 40 {
		t.Fatalf("%v %v", response, err)
	}
	m.activate()
	tried := 0
	for i := range m.hooks.Methods().Len() {
		name := string(m.hooks.Methods().Get(i).Name())
		if byHand[name] {
			continue
		}
		t.Run(name, func(t *testing.T) {
			request := m.message(name)
			(&pluginapi.Filler{Leave: unheard}).Fill(request)
			if _, err := m.hook(name, request); err != nil {
				t.Fatalf("%v\n%s", err, m.log)
			}
			seen := m.get("GET", "/seen/"+name, "")
			var calls [][]any
			if err := json.Unmarshal([]byte(seen), &calls); err != nil || len(calls) != 1 {
				t.Fatalf("%v: %s", err, seen)
			}
			leaves(request, "", func(path, value string) {
				if !strings.Contains(seen, value) && !strings.HasPrefix(path, ".file_content") {
					t.Errorf("%s: %s was not heard", path, value)
				}
			})
			if t.Failed() {
				t.Log(seen)
			}
		})
		tried++
	}
	if tried != m.hooks.Methods().Len()-len(byHand) {
		t.Errorf("%d hooks tried", tried)
	}
}

func TestAnswersReachTheHost(t *testing.T) {
	m := startMattermost(t, "every")
	m.activate()
	post := func() *dynamicpb.Message {
		request := m.message("MessageWillBePosted")
		(&pluginapi.Filler{Leave: unheard}).Fill(request)
		return request
	}
	m.get("POST", "/answer/MessageWillBePosted", "replace")
	request := post()
	response, err := m.hook("MessageWillBePosted", request)
	if err != nil {
		t.Fatal(err)
	}
	changed := proto.Clone(field(request, "post").Message().Interface()).(*dynamicpb.Message)
	set(changed, "message", protoreflect.ValueOfString(field(changed, "message").String()+" (changed)"))
	// The plugin takes these away.
	for _, name := range []protoreflect.Name{"is_pinned", "hashtags"} {
		changed.Clear(changed.Descriptor().Fields().ByName(name))
	}
	if got := field(response, "modified_post").Message().Interface(); !proto.Equal(got, changed) {
		t.Errorf("replaced:\n%v\nwanted:\n%v", got, changed)
	}
	m.get("POST", "/answer/MessageWillBePosted", "reject")
	response, err = m.hook("MessageWillBePosted", post())
	if err != nil || field(response, "rejection_reason").String() != "told to refuse" {
		t.Errorf("%v %v", response, err)
	}
	m.get("POST", "/answer/MessageWillBePosted", "panic")
	if _, err = m.hook("MessageWillBePosted", post()); status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("%v", err)
	}
	m.get("POST", "/answer/OnInstall", "error")
	response, err = m.hook("OnInstall", nil)
	if err != nil || field(response, "error.message").String() != "told to refuse" {
		t.Errorf("%v %v", response, err)
	}
	m.get("POST", "/answer/FileWillBeUploaded", "replace")
	upload := m.message("FileWillBeUploaded")
	set(upload, "file_info.name", protoreflect.ValueOfString("a.txt"))
	set(upload, "file_content", protoreflect.ValueOfBytes([]byte("content")))
	response, err = m.hook("FileWillBeUploaded", upload)
	if err != nil || !strings.Contains(fmt.Sprint(response), "(changed)") {
		t.Errorf("%v %v", response, err)
	}
	if _, err := m.hook("OnDeactivate", nil); err != nil {
		t.Fatal(err)
	}
	if _, err = m.hook("MessageHasBeenPosted", nil); err == nil || !strings.Contains(err.Error(), "not active") {
		t.Errorf("after the end: %v", err)
	}
}

func TestTheSameExecutableSpeaksBoth(t *testing.T) {
	for _, protocol := range []plugin.Protocol{plugin.ProtocolNetRPC, plugin.ProtocolGRPC} {
		for _, told := range []bool{true, false} {
			cmd := exec.Command(filepath.Join(os.Getenv(plugins), "every"))
			cmd.Env = os.Environ()
			switch {
			case told:
				cmd.Env = append(cmd.Env, "MMPLUGIN_TRANSPORT="+string(protocol), "MATTERMOST_PLUGIN_API_TARGET=127.0.0.1:1")
			case protocol == plugin.ProtocolGRPC:
				cmd.Env = append(cmd.Env, "MATTERMOST_PLUGIN_API_TARGET=127.0.0.1:1")
			}
			client := plugin.NewClient(&plugin.ClientConfig{
				HandshakeConfig: plugin.HandshakeConfig{
					ProtocolVersion: 1, MagicCookieKey: "MATTERMOST_PLUGIN", MagicCookieValue: "Securely message teams, anywhere.",
				},
				Plugins:          plugin.PluginSet{"hooks": hooksPlugin{}},
				Cmd:              cmd,
				AllowedProtocols: []plugin.Protocol{protocol},
				Logger:           hclog.NewNullLogger(),
				StartTimeout:     20 * time.Second,
			})
			running, err := client.Client()
			if err != nil {
				t.Errorf("%s, told %v: %v", protocol, told, err)
			} else if err := running.Ping(); err != nil || client.Protocol() != protocol {
				t.Errorf("%s, told %v: %s, %v", protocol, told, client.Protocol(), err)
			}
			client.Kill()
		}
	}
}
