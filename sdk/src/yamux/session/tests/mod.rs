//! Conversations of the bare protocol: the test is the peer and sees every frame.

mod hostile;
mod sending;

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::super::frame::{ACK, HEADER, Kind};
use super::*;

pub(super) const HALF: usize = 128 * 1024;

/// A session under test, of the plugin's side, and what it has sent.
pub(super) struct Bench {
    pub(super) machine: Machine<()>,
    input: BytesMut,
    pub(super) now: Instant,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(super) fn with(config: Config) -> Self {
        let now = Instant::now();
        Self { machine: Machine::new(Mode::Server, config, now), input: BytesMut::new(), now }
    }

    pub(super) fn feed(&mut self, frames: &[Vec<u8>]) {
        for frame in frames {
            self.input.extend_from_slice(frame);
            self.machine.receive(&mut self.input);
        }
    }

    /// A stream of the peer, opened, accepted and answered.
    pub(super) fn accepted(&mut self, id: u32) -> u32 {
        self.feed(&[syn(id)]);
        assert_eq!(self.machine.accept().unwrap(), Some(id));
        assert_eq!(self.sent(), [(Header::window_update(id, ACK, 0), vec![])]);
        id
    }

    pub(super) fn sent(&mut self) -> Vec<(Header, Vec<u8>)> {
        parse(&send::drain(&mut self.machine))
    }

    pub(super) fn read_all(&mut self, id: u32) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            match self.machine.chunk(id) {
                Ok(Read::Chunk(chunk)) => all.extend_from_slice(&chunk),
                _ => return all,
            }
        }
    }

    pub(super) fn release(&mut self, id: u32) {
        self.machine.release(id, false, self.now);
    }
}

pub(super) fn parse(mut bytes: &[u8]) -> Vec<(Header, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<HEADER>() {
        let header = Header::parse(*head).unwrap();
        let length = if header.kind == Kind::Data { header.length as usize } else { 0 };
        let (payload, rest) = rest.split_at(length);
        frames.push((header, payload.to_vec()));
        bytes = rest;
    }
    assert!(bytes.is_empty(), "half a frame was sent");
    frames
}

pub(super) fn frame(header: Header) -> Vec<u8> {
    header.bytes().to_vec()
}

pub(super) fn syn(id: u32) -> Vec<u8> {
    frame(Header::window_update(id, SYN, 0))
}

pub(super) fn fin(id: u32) -> Vec<u8> {
    frame(Header::window_update(id, FIN, 0))
}

pub(super) fn data(id: u32, flags: u16, payload: &[u8]) -> Vec<u8> {
    [&Header::data(id, flags, payload.len() as u32).bytes(), payload].concat()
}

pub(super) fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// Small and reproducible; tests need no better one.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

/// What a host says in a busy second.
pub(super) fn conversation() -> Vec<u8> {
    [
        syn(1),
        syn(3),
        data(1, 0, b"hello"),
        frame(Header::ping(SYN, 7)),
        data(5, SYN, &pattern(100_000)),
        data(3, 0, &pattern(40_000)),
        data(1, FIN, b" world"),
        frame(Header::window_update(3, 0, 1000)),
        data(9, 0, b"for a stream that does not exist"),
        data(5, 0, &pattern(156_000)),
        data(3, 0, b""),
        syn(7),
        fin(7),
        frame(Header::window_update(3, RST, 0)),
        frame(Header::go_away(GO_AWAY_NORMAL)),
        fin(5),
    ]
    .concat()
}

/// Everything that can be seen of a session after a conversation.
fn outcome(pieces: impl Iterator<Item = Vec<u8>>) -> String {
    let mut bench = Bench::new();
    pieces.for_each(|piece| bench.feed(&[piece]));
    let mut seen = format!("{:?}\n", bench.sent());
    while let Ok(Some(id)) = bench.machine.accept() {
        let bytes = bench.read_all(id);
        let end = bench.machine.chunk(id);
        seen += &format!(
            "{id}: {} bytes, sum {}, then {end:?}\n",
            bytes.len(),
            Bytes::from(bytes.clone()).iter().map(|b| u64::from(*b)).sum::<u64>()
        );
        bench.release(id);
    }
    seen + &format!("{:?}\n{:?}", bench.sent(), bench.machine.open(&[]).err().map(|error| error.to_string()))
}

#[test]
fn a_conversation_means_the_same_however_it_is_cut() {
    let bytes = conversation();
    let whole = outcome(std::iter::once(bytes.clone()));
    assert!(whole.contains("1: 11 bytes") && whole.contains("5: 256000 bytes"), "{whole}");
    assert_eq!(outcome(bytes.iter().map(|byte| vec![*byte])), whole);
    for seed in 0..50 {
        let mut random = Random::new(seed);
        let mut rest = bytes.as_slice();
        let pieces = std::iter::from_fn(|| {
            let limit = [20, 3000, 70_000][random.below(3)];
            let (piece, after) = rest.split_at((1 + random.below(limit)).min(rest.len()));
            rest = after;
            (!piece.is_empty()).then(|| piece.to_vec())
        });
        assert_eq!(outcome(pieces), whole, "seed {seed}");
    }
}

#[test]
fn a_silent_stream_is_answered_when_it_arrives_and_only_once() {
    let mut bench = Bench::new();
    bench.feed(&[syn(1)]);
    assert_eq!(bench.sent(), [(Header::window_update(1, ACK, 0), vec![])]);
    assert_eq!(bench.machine.accept().unwrap(), Some(1));
    bench.machine.queue(1, &[b"answer"]).unwrap();
    assert_eq!(bench.sent(), [(Header::data(1, 0, 6), b"answer".to_vec())]);
}

#[test]
fn a_ping_is_answered_with_its_own_value_before_any_data() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.machine.queue(id, &[&pattern(60_000)]).unwrap();
    bench.feed(&[frame(Header::ping(SYN, 99))]);
    assert_eq!(bench.sent()[0].0, Header::ping(ACK, 99));
}

#[test]
fn credit_is_given_back_when_half_a_window_was_consumed() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[data(id, 0, &pattern(HALF - 1))]);
    assert_eq!(bench.read_all(id).len(), HALF - 1);
    assert!(bench.sent().is_empty());
    bench.feed(&[data(id, 0, &[1])]);
    bench.read_all(id);
    assert_eq!(bench.sent(), [(Header::window_update(id, 0, HALF as u32), vec![])]);
}

#[test]
fn a_frame_that_is_still_arriving_gives_no_credit() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    let frame = data(id, 0, &pattern(2 * HALF));
    let (head, tail) = frame.split_at(HEADER + 1000);
    bench.feed(&[head.to_vec()]);
    assert_eq!(bench.read_all(id).len(), 1000);
    assert!(bench.sent().is_empty());
    bench.feed(&[tail.to_vec()]);
    assert_eq!(bench.read_all(id).len(), 2 * HALF - 1000);
    assert_eq!(bench.sent(), [(Header::window_update(id, 0, 2 * HALF as u32), vec![])]);
}

#[test]
fn after_the_peers_end_no_credit_is_sent() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[data(id, FIN, &pattern(2 * HALF))]);
    assert_eq!(bench.read_all(id).len(), 2 * HALF);
    assert_eq!(bench.machine.chunk(id).unwrap(), Read::End);
    assert!(bench.sent().is_empty());
}

#[test]
fn a_stream_ends_once_on_each_side_and_is_forgotten() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.machine.finish(id);
    bench.machine.finish(id);
    bench.release(id);
    assert_eq!(bench.sent(), [(Header::window_update(id, FIN, 0), vec![])]);
    assert_eq!(bench.machine.streams.len(), 1);
    bench.feed(&[fin(id)]);
    assert!(bench.machine.streams.is_empty() && bench.sent().is_empty());
}

#[test]
fn a_stream_dropped_with_unread_bytes_is_reset() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[data(id, 0, b"unread")]);
    bench.release(id);
    assert_eq!(bench.sent(), [(Header::window_update(id, RST, 0), vec![])]);
    bench.feed(&[data(id, 0, b"more"), fin(id)]);
    assert!(bench.machine.streams.is_empty() && bench.sent().is_empty());
}

#[test]
fn data_for_a_dropped_stream_resets_it_once() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.release(id);
    assert_eq!(bench.sent(), [(Header::window_update(id, FIN, 0), vec![])]);
    bench.feed(&[data(id, 0, &pattern(50_000)), data(id, 0, &pattern(50_000))]);
    assert_eq!(bench.sent(), [(Header::window_update(id, RST, 0), vec![])]);
    assert!(bench.machine.streams.is_empty());
}

#[test]
fn a_dropped_stream_that_the_peer_never_ends_is_reset_in_time() {
    let mut bench = Bench::with(Config { keep_alive: None, ..Config::default() });
    let id = bench.accepted(1);
    bench.release(id);
    bench.sent();
    assert_eq!(bench.machine.deadline(), Some(bench.now + Duration::from_secs(300)));
    bench.machine.tick(bench.now + Duration::from_secs(299));
    assert!(bench.sent().is_empty());
    bench.machine.tick(bench.now + Duration::from_secs(300));
    assert_eq!(bench.sent(), [(Header::window_update(id, RST, 0), vec![])]);
    assert!(bench.machine.streams.is_empty() && bench.machine.deadline().is_none());
}

#[test]
fn a_reset_is_an_error_for_reader_and_writer() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[data(id, 0, b"lost"), frame(Header::window_update(id, RST, 0))]);
    assert!(matches!(bench.machine.chunk(id), Err(StreamError::Reset)));
    assert!(matches!(bench.machine.queue(id, &[b"x"]), Err(StreamError::Reset)));
    bench.release(id);
    assert!(bench.machine.streams.is_empty() && bench.sent().is_empty());
}

#[test]
fn our_ping_is_due_every_interval_and_its_answer_within_the_limit() {
    let mut bench = Bench::new();
    let (interval, limit) = (Duration::from_secs(30), Duration::from_secs(10));
    assert_eq!(bench.machine.deadline(), Some(bench.now + interval));
    let first = bench.now + interval;
    bench.machine.tick(first);
    let [(ping, _)] = bench.sent()[..] else { panic!("one ping") };
    assert!(ping.kind == Kind::Ping && ping.has(SYN));
    assert_eq!(bench.machine.deadline(), Some(first + limit));
    bench.feed(&[frame(Header::ping(ACK, ping.length))]);
    assert_eq!(bench.machine.deadline(), Some(first + interval));
    bench.machine.tick(first + interval);
    bench.machine.tick(first + interval + limit);
    let reason = bench.machine.ended().unwrap();
    assert_eq!(reason.to_string(), "the peer did not answer a ping within 10s");
}

#[test]
fn after_the_peers_go_away_old_streams_live_and_opens_fail() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[frame(Header::go_away(GO_AWAY_NORMAL)), data(id, 0, b"still here")]);
    assert_eq!(bench.read_all(id), b"still here");
    assert!(matches!(bench.machine.open(&[]), Err(Error::GoingAway)));
    assert!(bench.machine.ended().is_none());
}

#[test]
fn after_our_go_away_new_streams_are_reset() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.machine.go_away();
    bench.machine.go_away();
    bench.feed(&[syn(3), data(3, 0, b"dropped"), data(id, 0, b"kept")]);
    let sent = bench.sent();
    assert_eq!(sent, [(Header::go_away(0), vec![]), (Header::window_update(3, RST, 0), vec![])]);
    assert_eq!(bench.read_all(id), b"kept");
    assert!(bench.machine.accept().is_err());
}
