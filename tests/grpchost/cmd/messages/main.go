// Command messages is the other side of the SDK's tests of its messages: a server of the whole PluginAPI that answers
// every call with values made up, and a reader and maker of any message. It compares them with what Rust has. Its
// first line of output is the server's address; then it answers each line of input, a JSON object, with one:
//
//	{"op": "lost", "lost": {…}}                             what may be lost, by message
//	{"op": "answer", "share": S, "error": B, "json": {…}}   how to answer from now on
//	{"op": "called", "given": T, "told": T}                 of the last call: arguments and results
//	{"op": "failed", "told": T}                             of the last call: its error
//	{"op": "make", "message": M, "seed": N, "share": S}     bytes of a message; "heard" compares it
//	{"op": "heard", "given": T}
//	{"op": "read", "message": M, "bytes": HEX, "told": T}   compares a message of Rust's
//	{"op": "plugin", "address": A, "pid": N}                go-plugin's client for a plugin at a unix socket; its hooks
//	{"op": "hook", "message": HOOK, "seed": N, "share": S}  calls a hook of it; "hooked" compares both directions
//	{"op": "hooked", "given": T, "told": T}
//	{"op": "missing"}                                       what should have been lost and never was
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"net"
	"os"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"example.com/mmplugin/grpchost/pluginapi"
)

type order struct {
	Op, Message, Bytes string
	Address            string
	Pid                int
	Seed               uint64
	Share              float64
	Error              bool
	JSON               map[string]string
	Lost               map[string][]string
	Given, Told        *pluginapi.Tree
}

// answer is what a line of input gets.
type answer struct {
	Address string `json:"address,omitempty"`
	Method  string `json:"method,omitempty"`
	Bytes   string `json:"bytes,omitempty"`
	Absent  bool   `json:"absent,omitempty"`
	// Of a plugin: what it says, and what there is.
	Hooks   []string `json:"hooks,omitempty"`
	Service []string `json:"service,omitempty"`
	Failed  []string `json:"failed,omitempty"`
}

// server answers calls as the last order said.
type server struct {
	mutex             sync.Mutex
	order             order
	method            string
	request, response *dynamicpb.Message
	// What Rust is to read.
	made      *dynamicpb.Message
	agreement pluginapi.Agreement
	plugin    *plugin
	// Of the last hook.
	asked, answered *dynamicpb.Message
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &server{order: order{Share: 1}, agreement: pluginapi.Agreement{Met: map[string]bool{}}}
	go func() { _ = grpc.NewServer(grpc.UnknownServiceHandler(s.handle)).Serve(listener) }()
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(answer{Address: listener.Addr().String()})
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var o order
		if err := json.Unmarshal(line, &o); err != nil {
			panic(err)
		}
		if err := out.Encode(s.obey(o)); err != nil {
			panic(err)
		}
	}
}

func (s *server) handle(_ any, stream grpc.ServerStream) error {
	full, _ := grpc.MethodFromServerStream(stream)
	name := full[strings.LastIndex(full, "/")+1:]
	method := pluginapi.Service("PluginAPI").Methods().ByName(protoreflect.Name(name))
	if method == nil {
		return status.Errorf(codes.Unimplemented, "no method %s", name)
	}
	request, response := dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.order.fill(name, response)
	s.method, s.request, s.response = name, request, response
	return stream.SendMsg(response)
}

func (o order) fill(name string, m *dynamicpb.Message) {
	filler := pluginapi.Chance(name, o.Seed, o.Share)
	filler.JSON = o.JSON
	filler.Leave = map[string]bool{"AppError.params": true}
	failed := m.Descriptor().Fields().ByName("error")
	if failed != nil {
		filler.Leave[string(m.Descriptor().Name())+".error"] = true
	}
	filler.Fill(m)
	if failed != nil && o.Error {
		pluginapi.Chance(name, o.Seed, 1).Fill(m.Mutable(failed).Message())
	}
}

func (s *server) obey(o order) answer {
	if o.Op == "plugin" || o.Op == "hook" {
		// Meanwhile the plugin asks the API.
		return s.call(o)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.agreement.Failed = nil
	out := answer{Method: s.method}
	switch o.Op {
	case "lost":
		s.agreement.Lost = o.Lost
	case "answer":
		s.order = o
	case "called":
		s.compare(true, true, s.request, o.Given)
		s.compare(false, false, s.response, o.Told)
	case "failed":
		failed := s.response.Get(s.response.Descriptor().Fields().ByName("error"))
		s.agreement.Wrote = false
		s.agreement.Error(failed.Message(), o.Told)
	case "heard":
		s.agreement.Wrote = false
		s.agreement.Given(s.made, o.Given)
	case "make", "read":
		m := pluginapi.New(o.Message)
		if m == nil {
			out.Absent = true
		} else if err := s.message(o, m, &out); err != nil {
			s.agreement.Failed = append(s.agreement.Failed, err.Error())
		}
	case "hooked":
		s.compare(false, true, s.asked, o.Given)
		s.compare(true, false, s.answered, o.Told)
	case "missing":
		s.agreement.Failed = s.agreement.MissingOf()
	}
	out.Failed = s.agreement.Failed
	return out
}

// compare looks at arguments or results, of which Rust has written the message or read it.
func (s *server) compare(wrote, given bool, m *dynamicpb.Message, tree *pluginapi.Tree) {
	s.agreement.Wrote = wrote
	if given {
		s.agreement.Given(m, tree)
	} else {
		s.agreement.Told(m, tree)
	}
}

func (s *server) message(o order, m *dynamicpb.Message, out *answer) error {
	if o.Op == "make" {
		o.fill(o.Message, m)
		s.made = m
		bytes, err := proto.Marshal(m)
		out.Bytes = hex.EncodeToString(bytes)
		return err
	}
	bytes, err := hex.DecodeString(o.Bytes)
	if err == nil {
		err = proto.Unmarshal(bytes, m)
	}
	s.agreement.Wrote = true
	s.agreement.Told(m, o.Told)
	return err
}
