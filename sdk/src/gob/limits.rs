//! Named limits, each with its reason; beyond one of them stands an error of its own.

/// Largest message read or written. Go's own bound is 8 GiB; we allow the server's default file size (100 MiB) plus
/// room, so that a peer cannot make us hold more than this at once.
pub const MAX_MESSAGE: usize = 128 << 20;

/// Deepest nesting of structs, collections and interface values. The decoder and the encoder recurse; this keeps them
/// well inside the 2 MiB stack of a runtime thread, also in debug builds. JSON from people stays below 128.
pub const MAX_DEPTH: u32 = 200;

/// Most types one stream may define. A server of today defines a few hundred over the life of its longest stream.
pub const MAX_TYPES: usize = 4096;

/// Most bytes of definitions kept for one stream. They live as long as the stream; all of the server's types together
/// need less than 200 KiB.
pub const MAX_TYPE_BYTES: usize = 4 << 20;

/// Longest registered name of a concrete type inside an interface; Go has the same bound.
pub const MAX_NAME: usize = 1024;

/// Most messages one value may be cut into. Go cuts once for every type definition that turns up inside an interface.
pub const MAX_PARTS: u32 = 512;

/// Most bytes read again for one value. A value in several messages is read from its start each time when a piece is
/// late; a peer that trickles pieces must not make us work without end.
pub const MAX_REPEATED: usize = 4 * MAX_MESSAGE;

/// Memory that one value may take: [`MEMORY_BASE`] plus this many bytes for each byte of its messages. An empty struct
/// is one byte on the wire and several hundred in memory, so the count of elements alone would not bound it.
pub const MEMORY_FACTOR: usize = 128;

/// Memory that any value may take, however small its message is.
pub const MEMORY_BASE: usize = 1 << 20;

/// What the decoder's buffer shrinks to once a larger message has been taken out of it.
pub(crate) const KEEP_BUFFER: usize = 256 << 10;
