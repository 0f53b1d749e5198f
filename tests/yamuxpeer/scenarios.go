package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/hashicorp/yamux"
)

type scenario struct {
	run         func(*yamux.Session) error
	configure   func(*yamux.Config)
	mayComplain bool
}

var scenarios = map[string]scenario{
	"echo_and_half_close":   {run: echoAndHalfClose},
	"silent_stream_acked":   {run: silentStreamAcked, configure: shortOpenTimeout},
	"silent_opens":          {run: silentOpens, configure: shortOpenTimeout},
	"opened_by_plugin":      {run: openedByPlugin},
	"keep_alive":            {run: keepAlive, configure: fastKeepAlive},
	"parallel_echoes":       {run: parallelEchoes},
	"many_streams":          {run: manyStreams},
	"blocked_stream":        {run: blockedStream},
	"go_away_from_host":     {run: goAwayFromHost},
	"go_away_from_plugin":   {run: goAwayFromPlugin},
	"dropped_stream":        {run: droppedStream},
	"dropped_unread":        {run: droppedUnread},
	"dropped_while_sent":    {run: droppedWhileSent, mayComplain: true},
	"huge_writes":           {run: hugeWrites},
	"open_echo_close":       {run: openEchoClose},
	"both_at_full_speed":    {run: bothAtFullSpeed},
	"ping_pong":             {run: pingPong},
	"pings_while_streaming": {run: pingsWhileStreaming},
	"reset_by_host":         {run: resetByHost, configure: shortCloseTimeout, mayComplain: true},
}

func shortOpenTimeout(c *yamux.Config) { c.StreamOpenTimeout = time.Second }

func shortCloseTimeout(c *yamux.Config) { c.StreamCloseTimeout = 50 * time.Millisecond }

func fastKeepAlive(c *yamux.Config) {
	c.KeepAliveInterval = 100 * time.Millisecond
	c.ConnectionWriteTimeout = 500 * time.Millisecond
}

func echoAndHalfClose(s *yamux.Session) error {
	stream, err := open(s, opEcho)
	if err != nil {
		return err
	}
	if err := exchange(stream, pattern(4<<20, 1)); err != nil {
		return err
	}
	// 0.1.1 reads only what is buffered after its own close, so the echo has been read before.
	if err := stream.Close(); err != nil {
		return err
	}
	return expectEOF(stream)
}

func silentStreamAcked(s *yamux.Session) error {
	stream, err := s.Open()
	if err != nil {
		return err
	}
	time.Sleep(1500 * time.Millisecond)
	if s.IsClosed() {
		return errors.New("the session ended: no ACK")
	}
	if _, err := stream.Write([]byte{opEcho}); err != nil {
		return err
	}
	return exchange(stream, []byte("still alive"))
}

func silentOpens(s *yamux.Session) error {
	var streams []net.Conn
	for i := 0; i < 300; i++ {
		stream, err := s.Open()
		if err != nil {
			return fmt.Errorf("open %d: %w", i, err)
		}
		streams = append(streams, stream)
	}
	time.Sleep(1200 * time.Millisecond)
	for i, stream := range streams {
		if _, err := stream.Write([]byte{opEcho}); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		if err := exchange(stream, []byte{byte(i), 2, 3}); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
	}
	return nil
}

func openedByPlugin(s *yamux.Session) error {
	const count = 600 // more than twice the 256 opens that may be without an answer
	go func() {
		for {
			stream, err := s.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(stream, stream)
				stream.Close()
			}()
		}
	}()
	stream, err := open(s, opOpen)
	if err != nil {
		return err
	}
	if err := writeNumber(stream, count); err != nil {
		return err
	}
	_, err = io.ReadFull(stream, make([]byte, 1))
	return err
}

func keepAlive(s *yamux.Session) error {
	time.Sleep(2 * time.Second)
	if s.IsClosed() {
		return errors.New("the session ended")
	}
	_, err := s.Ping()
	return err
}

func parallelEchoes(s *yamux.Session) error {
	return parallel(200, func(i int) error {
		stream, err := open(s, opEcho)
		if err != nil {
			return err
		}
		defer stream.Close()
		return exchange(stream, pattern(256<<10, byte(i)))
	})
}

func manyStreams(s *yamux.Session) error {
	var streams []net.Conn
	for i := 0; i < 700; i++ {
		stream, err := open(s, opEcho)
		if err != nil {
			return err
		}
		streams = append(streams, stream)
	}
	for i, stream := range streams {
		if err := exchange(stream, []byte{byte(i), byte(i >> 8)}); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
	}
	for _, stream := range streams {
		stream.Close()
	}
	return nil
}

func blockedStream(s *yamux.Session) error {
	blocked, err := open(s, opHold)
	if err != nil {
		return err
	}
	blocked.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
	if n, err := blocked.Write(pattern(1<<20, 0)); err == nil {
		return fmt.Errorf("a stream that nobody reads took %d bytes", n)
	}
	other, err := open(s, opEcho)
	if err != nil {
		return err
	}
	return exchange(other, pattern(1<<20, 9))
}

func goAwayFromHost(s *yamux.Session) error {
	stream, err := open(s, opEcho)
	if err != nil {
		return err
	}
	if err := exchange(stream, []byte("before")); err != nil {
		return err
	}
	if err := s.GoAway(); err != nil {
		return err
	}
	time.Sleep(50 * time.Millisecond)
	return exchange(stream, pattern(1<<20, 3))
}

func goAwayFromPlugin(s *yamux.Session) error {
	old, err := open(s, opEcho)
	if err != nil {
		return err
	}
	stream, err := open(s, opAway)
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 1)); err != nil {
		return err
	}
	if _, err := s.Open(); err != yamux.ErrRemoteGoAway {
		return fmt.Errorf("Open after GoAway: %v", err)
	}
	return exchange(old, pattern(1<<20, 4))
}

func droppedStream(s *yamux.Session) error {
	stream, err := open(s, opDrop)
	if err != nil {
		return err
	}
	if err := expectEOF(stream); err != nil {
		return err
	}
	if err := stream.Close(); err != nil {
		return err
	}
	return settled(s)
}

func droppedUnread(s *yamux.Session) error {
	stream, err := open(s, opUnread)
	if err != nil {
		return err
	}
	if _, err := stream.Write(pattern(4096, 0)); err != nil {
		return err
	}
	if _, err := stream.Read(make([]byte, 1)); err == nil || err == io.EOF {
		return fmt.Errorf("expected a reset, got %v", err)
	}
	return settled(s)
}

// The other side drops the stream while data keeps coming: the writer must not hang, other streams must not notice.
func droppedWhileSent(s *yamux.Session) error {
	for i := 0; i < 20; i++ {
		stream, err := open(s, opDrop)
		if err != nil {
			return err
		}
		stream.SetWriteDeadline(time.Now().Add(5 * time.Second))
		for err == nil {
			_, err = stream.Write(pattern(64<<10, 0))
		}
		if errors.Is(err, yamux.ErrTimeout) {
			return errors.New("the writer was not told")
		}
	}
	return settled(s)
}

// settled checks that the session works and that no stream is left over.
func settled(s *yamux.Session) error {
	stream, err := open(s, opEcho)
	if err != nil {
		return err
	}
	if err := exchange(stream, []byte("and now")); err != nil {
		return err
	}
	stream.Close()
	for i := 0; i < 100; i++ {
		if s.NumStreams() == 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("%d streams are left", s.NumStreams())
}

func hugeWrites(s *yamux.Session) error {
	stream, err := open(s, opEcho)
	if err != nil {
		return err
	}
	for i := 0; i < 3; i++ {
		if err := exchange(stream, pattern(32<<20, byte(i))); err != nil {
			return err
		}
	}
	return nil
}

func openEchoClose(s *yamux.Session) error {
	for i := 0; i < 20000; i++ {
		stream, err := open(s, opEcho)
		if err != nil {
			return fmt.Errorf("open %d: %w", i, err)
		}
		if err := exchange(stream, []byte("hello")); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		if err := stream.Close(); err != nil {
			return fmt.Errorf("close %d: %w", i, err)
		}
	}
	return settled(s)
}

func bothAtFullSpeed(s *yamux.Session) error {
	const size = 64 << 20
	return parallel(8, func(i int) error {
		if i%2 == 0 {
			return receive(s, size)
		}
		return send(s, size)
	})
}

func receive(s *yamux.Session, size uint64) error {
	stream, err := open(s, opSource)
	if err != nil {
		return err
	}
	defer stream.Close()
	if err := writeNumber(stream, size); err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, stream)
	if err == nil && uint64(n) != size {
		err = fmt.Errorf("%d of %d bytes came", n, size)
	}
	return err
}

func send(s *yamux.Session, size uint64) error {
	stream, err := open(s, opSink)
	if err != nil {
		return err
	}
	defer stream.Close()
	buf := make([]byte, 32<<10)
	for sent := uint64(0); sent < size; sent += uint64(len(buf)) {
		if _, err := stream.Write(buf); err != nil {
			return err
		}
	}
	_, err = io.ReadFull(stream, make([]byte, size/sinkUnit))
	return err
}

func pingPong(s *yamux.Session) error {
	stream, err := open(s, opEcho)
	if err != nil {
		return err
	}
	data, back := pattern(64, 5), make([]byte, 64)
	for i := 0; i < 10000; i++ {
		if _, err := stream.Write(data); err != nil {
			return err
		}
		if _, err := io.ReadFull(stream, back); err != nil {
			return err
		}
	}
	return nil
}

func pingsWhileStreaming(s *yamux.Session) error {
	done := make(chan error, 1)
	go func() { done <- parallel(4, func(int) error { return receive(s, 64<<20) }) }()
	var worst time.Duration
	for {
		select {
		case err := <-done:
			fmt.Printf("   slowest ping while streaming %v\n", worst)
			return err
		case <-time.After(5 * time.Millisecond):
			took, err := s.Ping()
			if err != nil {
				return err
			}
			worst = max(worst, took)
		}
	}
}

// The other side writes until it notices the reset, which Go sends when its close timer runs out.
func resetByHost(s *yamux.Session) error {
	stream, err := open(s, opUntilReset)
	if err != nil {
		return err
	}
	stream.Close()
	time.Sleep(300 * time.Millisecond)
	return settled(s)
}
