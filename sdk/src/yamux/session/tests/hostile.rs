//! A peer that errs or means harm: named errors, bounded memory, no panic.

use super::*;
use crate::yamux::frame::GO_AWAY_PROTOCOL;
use crate::yamux::window::WINDOW;

#[test]
fn each_fault_of_the_peer_is_named_and_answered_with_go_away() {
    let open = syn(1);
    let too_much = frame(Header::data(1, 0, WINDOW + 1));
    let mut in_two = data(1, 0, &pattern(WINDOW as usize));
    in_two.extend(data(1, 0, &[0]));
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("HTTP", b"HTTP/1.1 400 Bad Request\r\n".to_vec(), "frame version 72 instead of 0"),
        ("type", vec![0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "unknown frame type 9"),
        ("duplicate", open.clone(), "stream 1 opened twice"),
        ("our id", syn(2), "stream 2 opened with an id that belongs to this side"),
        ("id 0", syn(0), "stream 0 opened with an id that belongs to this side"),
        ("window at once", too_much, "stream 1: 262145 bytes sent, 262144 allowed"),
        ("window in two frames", in_two, "stream 1: 1 bytes sent, 0 allowed"),
        ("huge", frame(Header::data(1, 0, u32::MAX)), "stream 1: 4294967295 bytes sent, 262144 allowed"),
    ];
    for (name, bytes, text) in cases {
        let mut bench = Bench::new();
        bench.feed(&[open.clone(), bytes]);
        let reason = bench.machine.ended().unwrap_or_else(|| panic!("{name}: goes on")).to_string();
        assert_eq!(reason, format!("the peer broke the protocol: {text}"), "{name}");
        assert_eq!(bench.sent().last().unwrap().0, Header::go_away(GO_AWAY_PROTOCOL), "{name}");
        assert!(
            bench.machine.open(&[]).is_err() && bench.machine.accept().is_ok_and(|id| id == Some(1)),
            "{name}"
        );
    }
}

#[test]
fn a_go_away_with_a_fault_ends_the_session() {
    for (code, text) in [
        (1, "the peer ended the session: it reports a protocol error of ours"),
        (2, "the peer ended the session: it reports an internal error of its own"),
        (77, "the peer ended the session: GoAway with the unknown code 77"),
    ] {
        let mut bench = Bench::new();
        bench.feed(&[frame(Header::go_away(code))]);
        assert_eq!(bench.machine.ended().unwrap().to_string(), text);
    }
}

#[test]
fn frames_for_unknown_streams_are_dropped() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[
        data(77, 0, &pattern(300_000)),
        fin(77),
        frame(Header::window_update(77, 0, 5)),
        frame(Header::window_update(77, RST, 0)),
        data(0, 0, b"zero"),
        data(id, 0, b"mine"),
    ]);
    assert_eq!(bench.read_all(id), b"mine");
    assert!(bench.sent().is_empty() && bench.machine.ended().is_none());
}

#[test]
fn a_second_end_and_data_after_it_change_nothing() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    bench.feed(&[data(id, FIN, b"all"), fin(id), data(id, 0, b"late"), fin(id)]);
    assert_eq!(bench.read_all(id), b"all");
    assert_eq!(bench.machine.chunk(id).unwrap(), Read::End);
    assert!(bench.machine.ended().is_none());
}

#[test]
fn streams_beyond_the_backlog_and_beyond_the_limit_are_reset() {
    let mut bench = Bench::with(Config { accept_backlog: 256, max_streams: 300, ..Config::default() });
    for i in 0..257 {
        bench.feed(&[syn(1 + 2 * i)]);
    }
    let resets: Vec<_> = bench.sent().into_iter().filter(|(header, _)| header.has(RST)).collect();
    assert_eq!(resets, [(Header::window_update(513, RST, 0), vec![])]);
    while bench.machine.accept().unwrap().is_some() {}
    for i in 0..45 {
        bench.feed(&[syn(1001 + 2 * i)]);
    }
    assert_eq!(bench.sent().iter().filter(|(header, _)| header.has(RST)).count(), 1);
    assert!(matches!(bench.machine.open(&[]), Err(Error::TooManyStreams(300))));
}

#[test]
fn a_flood_of_pings_that_nobody_reads_ends_the_session() {
    let mut bench = Bench::new();
    let pings = frame(Header::ping(SYN, 1)).repeat(1000);
    let rounds = (0..1000).take_while(|_| {
        bench.feed(std::slice::from_ref(&pings));
        bench.machine.ended().is_none()
    });
    assert_eq!(rounds.count(), 87);
    assert!(matches!(bench.machine.ended(), Some(Error::Overload(_))));
    assert!(bench.machine.held() < 2 * MAX_CONTROL);
}

#[test]
fn credit_beyond_all_bounds_is_capped() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    for _ in 0..3 {
        bench.feed(&[frame(Header::window_update(id, 0, u32::MAX))]);
    }
    assert_eq!(bench.machine.streams[&id].send.window, u32::MAX);
    assert_eq!(bench.machine.queue(id, &[b"x"]).unwrap(), 1);
}

#[test]
fn small_frames_do_not_pin_large_buffers() {
    let mut bench = Bench::new();
    let id = bench.accepted(1);
    let mut buffer = BytesMut::with_capacity(64 * 1024);
    for _ in 0..1000 {
        buffer.extend_from_slice(&data(id, 0, &[1]));
        buffer.extend_from_slice(&data(99, 0, &pattern(50_000)));
        bench.machine.receive(&mut buffer);
        buffer.reserve(64 * 1024);
    }
    assert!(bench.machine.held() < 16 * 1024, "{}", bench.machine.held());
    assert_eq!(bench.read_all(id).len(), 1000);
}

/// A generous bound for the conversation of this module: five streams with a window each, twice over for growth of buffers,
/// and what `exercise` queues.
const BOUND: usize = 8 * WINDOW as usize;

#[test]
fn mutated_conversations_neither_panic_nor_grow() {
    let valid = conversation();
    for seed in 0..3000 {
        let mut random = Random::new(seed);
        let mut bytes = valid.clone();
        for _ in 0..=random.below(20) {
            let at = if random.below(2) == 0 { random.below(200) } else { random.below(bytes.len()) };
            match random.below(4) {
                0 => bytes[at] = random.below(256) as u8,
                1 => bytes[at] ^= 1 << random.below(8),
                2 => drop(bytes.drain(at..(at + random.below(40)).min(bytes.len()))),
                _ => {
                    drop(bytes.splice(
                        at..at,
                        frame(Header::data(1, random.below(16) as u16, random.below(9) as u32)),
                    ))
                }
            }
        }
        let mut bench = Bench::new();
        for piece in bytes.chunks(1 + random.below(70_000)) {
            bench.feed(&[piece.to_vec()]);
            assert!(bench.machine.held() < BOUND, "seed {seed}");
        }
        bench.sent();
    }
}

#[test]
fn the_entry_point_for_fuzzing_takes_anything() {
    exercise(b"");
    exercise(&conversation());
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let bytes: Vec<u8> = (0..600).map(|_| [0, 0, 0, 1, 2, 3, 4, 8, 255][random.below(9)]).collect();
        exercise(&bytes);
    }
}
