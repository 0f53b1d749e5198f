//! What goes out, and in which order.

use super::*;
use crate::yamux::window::{TURN, WINDOW};

#[test]
fn an_open_sends_its_syn_with_the_first_bytes() {
    let mut bench = Bench::new();
    assert_eq!(bench.machine.open(&[]).unwrap(), Some(2));
    assert_eq!(bench.machine.open(&[1, 0, 0, 0]).unwrap(), Some(4));
    let sent = bench.sent();
    assert_eq!(sent[0], (Header::window_update(2, SYN, 0), vec![]));
    assert_eq!(sent[1], (Header::data(4, SYN, 4), vec![1, 0, 0, 0]));
    assert_eq!(bench.machine.streams[&4].send.window, WINDOW - 4);
}

#[test]
fn at_most_256_opens_wait_for_an_answer() {
    let mut bench = Bench::new();
    for _ in 0..256 {
        assert!(bench.machine.open(&[]).unwrap().is_some());
    }
    assert_eq!(bench.machine.open(&[]).unwrap(), None);
    bench.machine.take_events();
    bench.feed(&[frame(Header::window_update(2, ACK, 0))]);
    assert!(bench.machine.take_events().contains(&Event::Slot));
    assert!(bench.machine.open(&[]).unwrap().is_some());
    assert_eq!(bench.machine.open(&[]).unwrap(), None);
    // Go answers a stream that was finished before it was accepted with its own FIN only, or with a reset.
    bench.feed(&[fin(4), frame(Header::window_update(6, RST, 0))]);
    assert!(bench.machine.open(&[]).unwrap().is_some());
    assert!(bench.machine.open(&[]).unwrap().is_some());
    assert_eq!(bench.machine.open(&[]).unwrap(), None);
}

#[test]
fn a_window_is_never_overrun() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    let all = pattern(WINDOW as usize + 1000);
    let mut sent = 0;
    let mut out = Vec::new();
    while let count @ 1.. = bench.machine.queue(id, &[&all[sent..]]).unwrap() {
        sent += count;
        for (header, payload) in bench.sent() {
            assert!(header.id == id && payload.len() <= TURN);
            out.extend(payload);
        }
    }
    assert_eq!(sent, WINDOW as usize);
    bench.machine.take_events();
    bench.feed(&[frame(Header::window_update(id, 0, 1000))]);
    assert_eq!(bench.machine.take_events(), [Event::Writable(id)]);
    assert_eq!(bench.machine.queue(id, &[&all[sent..]]).unwrap(), 1000);
    out.extend(bench.sent().remove(0).1);
    assert!(out == all);
}

#[test]
fn the_end_follows_queued_data_in_a_frame_of_its_own() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.machine.queue(id, &[b"last ", b"words"]).unwrap();
    bench.machine.finish(id);
    assert!(matches!(bench.machine.queue(id, &[b"x"]), Err(StreamError::Finished)));
    bench.release(id);
    let sent = bench.sent();
    assert_eq!(sent[0], (Header::data(id, 0, 10), b"last words".to_vec()));
    assert_eq!(sent[1], (Header::window_update(id, FIN, 0), vec![]));
    assert_eq!(sent.len(), 2);
}

#[test]
fn a_reset_drops_what_was_queued() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.machine.queue(id, &[b"never sent"]).unwrap();
    bench.machine.reset(id);
    bench.machine.reset(id);
    assert_eq!(bench.sent(), [(Header::window_update(id, RST, 0), vec![])]);
    assert!(matches!(bench.machine.chunk(id), Err(StreamError::ResetHere)));
}

/// Stages one batch, as if the socket took it slowly, and tells the streams in it.
fn turn(bench: &mut Bench) -> Vec<u32> {
    let mut batch = crate::yamux::queue::Batch::default();
    bench.machine.stage(&mut batch);
    let bytes = batch.with_slices(|slices| slices.concat());
    parse(&bytes).iter().map(|(header, _)| header.id).collect()
}

trait Concat {
    fn concat(&self) -> Vec<u8>;
}

impl Concat for [std::io::IoSlice<'_>] {
    fn concat(&self) -> Vec<u8> {
        self.iter().flat_map(|slice| slice.iter().copied()).collect()
    }
}

#[test]
fn a_small_message_overtakes_streams_with_much_to_say() {
    let mut bench = Bench::new();
    let bulk: Vec<u32> = (0..3).map(|i| bench.accepted(1 + 2 * i)).collect();
    let small = bench.accepted(11);
    for id in &bulk {
        bench.machine.queue(*id, &[&pattern(TURN)]).unwrap();
    }
    assert_eq!(turn(&mut bench), [bulk[0]]);
    bench.machine.queue(bulk[0], &[&pattern(TURN)]).unwrap();
    assert_eq!(turn(&mut bench), [bulk[1]]);
    bench.machine.queue(bulk[1], &[&pattern(TURN)]).unwrap();
    assert_eq!(turn(&mut bench), [bulk[2]]);
    bench.machine.queue(small, &[b"hook reply"]).unwrap();
    assert_eq!(turn(&mut bench), [small, bulk[0]]);
    assert_eq!(turn(&mut bench), [bulk[1]]);
}

#[test]
fn many_small_messages_do_not_starve_a_large_one() {
    let mut bench = Bench::new();
    let bulk = bench.accepted(1);
    bench.machine.queue(bulk, &[&pattern(TURN)]).unwrap();
    turn(&mut bench);
    bench.machine.queue(bulk, &[&pattern(TURN)]).unwrap();
    for i in 0..40 {
        let id = bench.accepted_queued(101 + 2 * i);
        bench.machine.queue(id, &[b"small"]).unwrap();
    }
    let order = turn(&mut bench);
    let place = order.iter().position(|id| *id == bulk).unwrap();
    assert_eq!(place, 40 + 8, "{order:?}");
}

impl Bench {
    /// As `accepted`, but the answer stays queued.
    fn accepted_queued(&mut self, id: u32) -> u32 {
        self.feed(&[syn(id)]);
        self.machine.accept().unwrap().unwrap()
    }
}

#[test]
fn waiting_writers_hear_of_room_when_their_turn_was_taken() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    assert_eq!(bench.machine.queue(id, &[&pattern(TURN + 1)]).unwrap(), TURN);
    assert_eq!(bench.machine.queue(id, &[b"x"]).unwrap(), 0);
    bench.machine.take_events();
    turn(&mut bench);
    assert_eq!(bench.machine.take_events(), [Event::Writable(id)]);
    assert!(!bench.machine.is_flushed(id));
}
