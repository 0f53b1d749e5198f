//! The two Rust sides behind one trait: a warm stream each way, timed in blocks.

use std::fmt;
use std::hint::black_box;
use std::time::Instant;

use gobwire::Progress;
use mmplugin::gob::{Decoder, Encoder, Gob};

use crate::Result;

/// What a block does.
#[derive(Clone, Copy)]
pub(crate) enum Block {
    /// Values to bytes.
    Encode,
    /// Bytes to values.
    Decode,
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        })
    }
}

/// One value with a warm stream each way.
pub(crate) trait Codec {
    /// Nanoseconds for one value, over `count` of them.
    fn time(&mut self, block: Block, count: usize) -> Result<f64>;
}

fn timed(count: usize, mut once: impl FnMut() -> Result<()>) -> Result<f64> {
    let begin = Instant::now();
    for _ in 0..count {
        once()?;
    }
    Ok(begin.elapsed().as_nanos() as f64 / count as f64)
}

struct Ours<T> {
    value: T,
    next: Vec<u8>,
    decoder: Decoder,
    encoder: Encoder,
    out: Vec<u8>,
}

/// Ours, for the value that Go's bytes hold.
pub(crate) fn ours<T: Gob>(first: &[u8], next: &[u8]) -> Result<Box<dyn Codec>> {
    let mut decoder = Decoder::new();
    decoder.feed(first);
    let value: T = decoder.next()?.ok_or("no whole value")?;
    let mut codec = Ours { value, next: next.to_vec(), decoder, encoder: Encoder::new(), out: Vec::new() };
    codec.encoder.encode(&codec.value, &mut codec.out)?;
    Ok(Box::new(codec))
}

impl<T: Gob> Codec for Ours<T> {
    fn time(&mut self, block: Block, count: usize) -> Result<f64> {
        match block {
            Block::Encode => timed(count, || {
                self.out.clear();
                self.encoder.encode(black_box(&self.value), &mut self.out)?;
                black_box(&self.out);
                Ok(())
            }),
            Block::Decode => timed(count, || {
                self.decoder.feed(black_box(&self.next));
                black_box(self.decoder.next::<T>()?.ok_or("no whole value")?);
                Ok(())
            }),
        }
    }
}

struct Gobwire<T> {
    value: T,
    next: Vec<u8>,
    decoder: gobwire::Decoder,
    encoder: gobwire::Encoder,
    out: Vec<u8>,
}

/// The crate gobwire, for the value that Go's bytes hold.
pub(crate) fn gobwire<T>(first: &[u8], next: &[u8]) -> Result<Box<dyn Codec>>
where
    T: gobwire::Decode + gobwire::Encode + Default + 'static,
{
    let mut decoder = gobwire::Decoder::new();
    let value: T = read(&mut decoder, first)?;
    let mut codec =
        Gobwire { value, next: next.to_vec(), decoder, encoder: gobwire::Encoder::new(), out: Vec::new() };
    codec.encoder.encode_into(&codec.value, &mut codec.out)?;
    Ok(Box::new(codec))
}

/// Cuts messages off `bytes` until a value is whole.
pub(crate) fn read<T: gobwire::Decode + Default>(decoder: &mut gobwire::Decoder, bytes: &[u8]) -> Result<T> {
    let mut rest = bytes;
    loop {
        let (width, length) = gobwire::parse_length_prefix(rest)?.ok_or("no whole value")?;
        let body = rest.get(width..width + length).ok_or("a message is cut")?;
        rest = &rest[width + length..];
        if decoder.push_message(body)? == Progress::Ready {
            return Ok(decoder.decode()?);
        }
    }
}

impl<T: gobwire::Decode + gobwire::Encode + Default> Codec for Gobwire<T> {
    fn time(&mut self, block: Block, count: usize) -> Result<f64> {
        match block {
            Block::Encode => timed(count, || {
                self.out.clear();
                self.encoder.encode_into(black_box(&self.value), &mut self.out)?;
                black_box(&self.out);
                Ok(())
            }),
            Block::Decode => timed(count, || {
                black_box(read::<T>(&mut self.decoder, black_box(&self.next))?);
                Ok(())
            }),
        }
    }
}
