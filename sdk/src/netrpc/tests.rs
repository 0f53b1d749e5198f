//! Client and server against each other and against bytes as Go writes them.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::timeout;

use crate::Gob;
use crate::gob::{Decoder, Encoder};

use super::header::{RequestHead, ResponseHead};
use super::{Call, CallError, Client, Empty, FirstCall, Refusal, Sequential, Service, Work, relieve, serve};

#[derive(Debug, Clone, Default, PartialEq, Gob)]
#[gob(name = "Pair")]
struct Pair {
    #[gob(name = "A")]
    a: String,
    #[gob(name = "B")]
    b: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Gob)]
#[gob(name = "Other")]
struct Other {
    #[gob(name = "A")]
    a: bool,
}

struct Echo;

impl Service for Echo {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        match call.method() {
            "Plugin.Echo" => {
                let pair: Pair = call.args()?;
                let responder = call.responder();
                Ok(Work::new(async move {
                    // Later calls overtake earlier ones; the last ones end with their first step.
                    let delay = 20u64.saturating_sub(pair.b.unsigned_abs());
                    if delay > 0 {
                        tokio::time::sleep(Duration::from_millis(delay)).await;
                    }
                    let _ = responder.reply(&pair);
                }))
            }
            "Plugin.Fail" => {
                call.args::<Pair>()?;
                Err(Refusal::Text("no luck".to_owned()))
            }
            "Plugin.Forget" => {
                call.args::<Pair>()?;
                drop(call.responder());
                Ok(Work::DONE)
            }
            "Plugin.Never" => {
                call.args::<Pair>()?;
                std::mem::forget(call.responder());
                Ok(Work::DONE)
            }
            "Plugin.Block" => {
                let pair: Pair = call.args()?;
                let responder = call.responder();
                Ok(Work::new(async move {
                    std::thread::sleep(Duration::from_millis(pair.b.unsigned_abs()));
                    let _ = responder.reply(&pair);
                }))
            }
            _ => Err(Refusal::MissingMethod),
        }
    }
}

fn pair(b: i64) -> Pair {
    Pair { a: "x".repeat(usize::try_from(b).unwrap_or_default()), b }
}

fn connected() -> Client {
    let (ours, theirs) = duplex(1 << 16);
    tokio::spawn(serve(theirs, Arc::new(Echo)));
    Client::new(ours)
}

#[tokio::test]
async fn overlapping_calls_get_their_own_replies() {
    let client = connected();
    let calls = (0..64).map(|b| {
        let client = client.clone();
        tokio::spawn(async move { client.call::<_, Pair>("Plugin.Echo", &pair(b)).await })
    });
    for (b, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(call.await.unwrap().unwrap(), pair(i64::try_from(b).unwrap()));
    }
}

#[tokio::test]
async fn errors_are_told_apart_and_the_connection_goes_on() {
    let client = connected();
    let missing = client.call::<_, Pair>("Plugin.Nothing", &pair(1)).await.unwrap_err();
    assert!(matches!(missing, CallError::MissingMethod { method } if method == "Plugin.Nothing"));
    let failed = client.call::<_, Pair>("Plugin.Fail", &pair(1)).await.unwrap_err();
    assert_eq!(failed.to_string(), "Plugin.Fail: no luck");
    let forgotten = client.call::<_, Pair>("Plugin.Forget", &pair(1)).await.unwrap_err();
    assert!(forgotten.to_string().contains("ended without an answer"), "{forgotten}");
    let wrong_arguments = client.call::<_, Pair>("Plugin.Echo", &Other { a: true }).await.unwrap_err();
    assert!(wrong_arguments.to_string().contains("arguments"), "{wrong_arguments}");
    let wrong_reply = client.call::<_, Other>("Plugin.Echo", &pair(1)).await.unwrap_err();
    assert!(matches!(wrong_reply, CallError::Decode { .. }), "{wrong_reply}");
    assert_eq!(client.call::<_, Pair>("Plugin.Echo", &pair(2)).await.unwrap(), pair(2));
}

#[tokio::test]
async fn a_lost_connection_ends_every_call_at_once() {
    let (ours, theirs) = duplex(1 << 16);
    let server = tokio::spawn(serve(theirs, Arc::new(Echo)));
    let client = Client::new(ours);
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call::<_, Pair>("Plugin.Never", &pair(1)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    server.abort();
    for call in calls {
        let ended = timeout(Duration::from_secs(1), call).await.unwrap().unwrap().unwrap_err();
        assert!(matches!(ended, CallError::Closed { .. }), "{ended}");
    }
    let later = client.call::<_, Pair>("Plugin.Echo", &pair(1)).await.unwrap_err();
    assert!(matches!(later, CallError::Closed { .. }), "{later}");
}

#[tokio::test]
async fn calls_that_still_run_are_answered_after_the_other_side_has_finished_sending() {
    let client = connected();
    let (slow, quick) = (client.start::<_, Pair>("Plugin.Echo", &pair(1)), pair(20));
    assert_eq!(client.call::<_, Pair>("Plugin.Echo", &quick).await.unwrap(), quick);
    client.finish();
    let reply = timeout(Duration::from_secs(5), slow).await.unwrap().unwrap();
    assert_eq!(reply.unwrap(), pair(1));
}

#[tokio::test]
async fn a_dropped_call_leaves_the_connection_in_step() {
    let client = connected();
    for b in 0..20 {
        let args = pair(b);
        let call = client.call::<_, Pair>("Plugin.Echo", &args);
        let _ = timeout(Duration::from_micros(1), call).await;
    }
    assert_eq!(client.call::<_, Pair>("Plugin.Echo", &pair(3)).await.unwrap(), pair(3));
}

/// Writes what Go's client writes when it cannot encode the arguments of the first call: its header, then the whole
/// second call.
#[tokio::test]
async fn a_header_in_the_place_of_arguments_starts_the_next_call() {
    let (mut ours, theirs) = duplex(1 << 16);
    tokio::spawn(serve(theirs, Arc::new(Echo)));
    let head = |seq| RequestHead { service_method: "Plugin.Echo".to_owned(), seq };
    let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
    encoder.encode(&head(0), &mut bytes).unwrap();
    encoder.encode(&head(1), &mut bytes).unwrap();
    encoder.encode(&pair(20), &mut bytes).unwrap();
    encoder.encode_pair(&head(2), &pair(19), &mut bytes).unwrap();
    ours.write_all(&bytes).await.unwrap();
    let mut decoder = Decoder::new();
    let mut seqs = Vec::new();
    while seqs.len() < 2 {
        if let Some(head) = decoder.next::<ResponseHead>().unwrap() {
            assert_eq!(head.error, "");
            seqs.push(head.seq);
            while decoder.skip().unwrap().is_none() {
                read_more(&mut ours, &mut decoder).await;
            }
        } else {
            read_more(&mut ours, &mut decoder).await;
        }
    }
    seqs.sort_unstable();
    assert_eq!(seqs, [1, 2]);
}

async fn read_more(stream: &mut tokio::io::DuplexStream, decoder: &mut Decoder) {
    let mut buffer = [0; 512];
    let read = stream.read(&mut buffer).await.unwrap();
    assert_ne!(read, 0, "the server closed the connection");
    decoder.feed(&buffer[..read]);
}

#[tokio::test]
async fn bytes_one_by_one_are_as_good_as_all_at_once() {
    let (mut ours, theirs) = duplex(1 << 16);
    tokio::spawn(serve(theirs, Arc::new(Echo)));
    let (mut encoder, mut bytes) = (Encoder::new(), Vec::new());
    let head = RequestHead { service_method: "Plugin.Echo".to_owned(), seq: 7 };
    encoder.encode_pair(&head, &pair(5), &mut bytes).unwrap();
    for byte in bytes {
        ours.write_all(&[byte]).await.unwrap();
    }
    let mut decoder = Decoder::new();
    let head = loop {
        match decoder.next::<ResponseHead>().unwrap() {
            Some(head) => break head,
            None => read_more(&mut ours, &mut decoder).await,
        }
    };
    assert_eq!((head.seq, head.error.as_str()), (7, ""));
}

#[tokio::test]
async fn garbage_ends_the_connection_with_an_error() {
    for garbage in [&[0xff; 64][..], b"GET / HTTP/1.1\r\n\r\n", &[5, 1, 2, 3, 4, 5]] {
        let (mut ours, theirs) = duplex(1 << 16);
        let server = tokio::spawn(serve(theirs, Arc::new(Echo)));
        ours.write_all(garbage).await.unwrap();
        ours.shutdown().await.unwrap();
        let ended = timeout(Duration::from_secs(1), server).await.unwrap().unwrap();
        assert!(ended.is_err(), "{garbage:?}");
    }
}

#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let (ours, theirs) = duplex(1024);
    tokio::spawn(serve(theirs, Arc::new(Echo)));
    let client = Client::new(ours);
    let big = pair(300_000);
    assert_eq!(client.call::<_, Pair>("Plugin.Echo", &big).await.unwrap(), big);
}

#[tokio::test]
async fn a_reply_without_a_result_may_be_anything() {
    let client = connected();
    let ignored: Result<Empty, _> = client.call("Plugin.Echo", &pair(1)).await;
    assert!(ignored.is_ok(), "{ignored:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_call_that_blocks_its_thread_can_be_overtaken() {
    let client = connected();
    let blocked = tokio::spawn({
        let client = client.clone();
        async move { client.call::<_, Pair>("Plugin.Block", &pair(2000)).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    relieve(&tokio::runtime::Handle::current());
    let overtaking = timeout(Duration::from_millis(1500), async {
        client.call::<_, Pair>("Plugin.Echo", &pair(20)).await
    });
    assert_eq!(overtaking.await.unwrap().unwrap(), pair(20));
    assert_eq!(blocked.await.unwrap().unwrap(), pair(2000));
    assert_eq!(client.call::<_, Pair>("Plugin.Echo", &pair(21)).await.unwrap(), pair(21));
}

/// Two calls with the same bytes: as a value, and in pieces that lie in several places.
#[tokio::test]
async fn bytes_sent_in_pieces_are_those_of_the_whole() {
    for len in [1usize, 127, 128, 70_000] {
        let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let mut sent = Vec::new();
        for in_pieces in [false, true] {
            let (ours, mut peer) = duplex(len + 1000);
            let first = FirstCall::new("Plugin.Header", &Empty {}).unwrap();
            let mut host = Sequential::after(first, ours);
            let (start, end) = bytes.split_at(len / 3);
            let pieces = [start, &[], end].map(bytes::Bytes::copy_from_slice);
            let call = async {
                match in_pieces {
                    true => host.tell_bytes("Plugin.Write", &pieces).await,
                    false => host.tell("Plugin.Write", &bytes).await,
                }
            };
            // Nobody answers: what was sent by then is all.
            assert!(timeout(Duration::from_millis(50), call).await.is_err());
            drop(host);
            let mut written = Vec::new();
            peer.read_to_end(&mut written).await.unwrap();
            sent.push(written);
        }
        assert_eq!(sent[0], sent[1], "{len} bytes");
    }
}
