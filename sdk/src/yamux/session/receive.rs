//! Bytes from the peer.

use std::collections::hash_map::Entry as Slot;

use bytes::{Buf, BytesMut};

use super::super::error::{Error, StreamError, Violation};
use super::super::frame::{ACK, FIN, GO_AWAY_NORMAL, GO_AWAY_PROTOCOL, HEADER, Header, Kind, RST, SYN};
use super::{Entry, Event, Machine};

/// A payload of which some is still to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    /// Who gets it; `None` drops it.
    id: Option<u32>,
    left: u32,
    /// The end of the stream follows the last byte.
    fin: bool,
}

impl<U: Default> Machine<U> {
    /// Takes all of `bytes` except an incomplete header at the end, which the next bytes complete.
    pub(in super::super) fn receive(&mut self, bytes: &mut BytesMut) {
        while self.ended.is_none() {
            if let Some(body) = self.body.take() {
                if bytes.is_empty() {
                    self.body = Some(body);
                    return;
                }
                self.take_body(body, bytes);
                continue;
            }
            let Some(header) = bytes.first_chunk::<HEADER>() else { return };
            let handled = Header::parse(*header).and_then(|header| {
                bytes.advance(HEADER);
                self.take_header(header)
            });
            if let Err(violation) = handled {
                self.push_control(Header::go_away(GO_AWAY_PROTOCOL));
                self.end(violation.into());
            }
        }
        bytes.clear();
    }

    /// Whether the connection may end here without cutting a frame.
    pub(in super::super) fn between_frames(&self, rest: &BytesMut) -> bool {
        self.body.is_none() && rest.is_empty()
    }

    fn take_body(&mut self, mut body: Body, bytes: &mut BytesMut) {
        let count = bytes.len().min(body.left as usize);
        body.left -= count as u32;
        match body.id.and_then(|id| self.streams.get_mut(&id)) {
            Some(entry) if entry.reset.is_none() && !entry.released => {
                entry.receive.push(bytes, count);
                if let Some(id) = body.id {
                    self.note_readable(id);
                }
            }
            _ => bytes.advance(count),
        }
        if body.left > 0 {
            self.body = Some(body);
        } else if let (true, Some(id)) = (body.fin, body.id) {
            self.take_fin(id);
        }
    }

    fn take_header(&mut self, header: Header) -> Result<(), Violation> {
        match header.kind {
            Kind::Ping => self.take_ping(header),
            Kind::GoAway => self.take_go_away(header.length),
            Kind::Data | Kind::WindowUpdate => self.take_stream_frame(header)?,
        }
        Ok(())
    }

    fn take_ping(&mut self, header: Header) {
        if header.has(SYN) {
            self.push_control(Header::ping(ACK, header.length));
        } else if self.pinged.is_some_and(|(value, _)| value == header.length) {
            self.pinged = None;
        }
    }

    fn take_go_away(&mut self, reason: u32) {
        if reason == GO_AWAY_NORMAL {
            self.remote_go_away = true;
            self.events.push(Event::Slot);
        } else {
            self.end(Error::EndedByPeer(reason));
        }
    }

    fn take_stream_frame(&mut self, header: Header) -> Result<(), Violation> {
        let id = header.id;
        if header.has(SYN) {
            self.take_syn(id)?;
        }
        if self.streams.contains_key(&id) {
            self.acknowledge(id);
        }
        if header.has(RST) {
            self.take_rst(id);
        }
        match header.kind {
            Kind::Data if header.length > 0 => self.take_data_header(header),
            kind => {
                if kind == Kind::WindowUpdate && header.length > 0 {
                    self.take_credit(id, header.length);
                }
                if header.has(FIN) {
                    self.take_fin(id);
                }
                Ok(())
            }
        }
    }

    fn take_syn(&mut self, id: u32) -> Result<(), Violation> {
        if !self.mode.peer_may_open(id) {
            return Err(Violation::ForeignId(id));
        }
        let full =
            self.backlog.len() >= self.config.accept_backlog || self.streams.len() >= self.config.max_streams;
        let Slot::Vacant(slot) = self.streams.entry(id) else { return Err(Violation::DuplicateStream(id)) };
        if full || self.local_go_away || self.refuse {
            self.push_control(Header::window_update(id, RST, 0));
            return Ok(());
        }
        slot.insert(Entry::new());
        self.backlog.push_back(id);
        self.push_control(Header::window_update(id, ACK, 0));
        self.events.push(Event::Incoming);
        Ok(())
    }

    fn take_data_header(&mut self, header: Header) -> Result<(), Violation> {
        let id = header.id;
        let mut body = Body { id: None, left: header.length, fin: header.has(FIN) };
        if let Some(entry) = self.streams.get_mut(&id).filter(|entry| entry.reset.is_none()) {
            if entry.released {
                // Nobody will read it, and without credit the peer would wait for ever.
                self.reset(id);
                self.remove_if_over(id);
            } else if !entry.receive.finished {
                let window = entry.receive.window();
                if !entry.receive.expect(header.length) {
                    return Err(Violation::WindowExceeded { id, length: header.length, window });
                }
                body.id = Some(id);
            }
        }
        self.body = Some(body);
        Ok(())
    }

    fn take_credit(&mut self, id: u32, increment: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        let before = entry.send.window;
        entry.send.window = before.saturating_add(increment);
        if before == 0 || entry.send.is_empty() {
            self.events.push(Event::Writable(id));
        }
    }

    fn take_fin(&mut self, id: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        if !std::mem::replace(&mut entry.receive.finished, true) {
            self.note_readable(id);
            self.remove_if_over(id);
        }
    }

    fn take_rst(&mut self, id: u32) {
        let Some(entry) = self.streams.get_mut(&id) else { return };
        if entry.reset.is_none() {
            entry.mark_reset(StreamError::Reset);
            self.events.push(Event::Readable(id));
            self.events.push(Event::Writable(id));
        }
        self.remove_if_over(id);
    }

    /// Several frames of one stream in a row are one event.
    fn note_readable(&mut self, id: u32) {
        if self.events.last() != Some(&Event::Readable(id)) {
            self.events.push(Event::Readable(id));
        }
    }
}
