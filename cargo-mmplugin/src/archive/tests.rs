//! Order, modes, sameness, and what happens when the disk is full or somebody presses Ctrl-C.

use std::io::{self, Write};

use super::*;
use crate::error::Kind;

fn plan() -> Plan {
    let bytes = |text: &str, mode| Entry { mode, source: Source::Bytes(text.into()) };
    let files = [
        ("server/dist/plugin-linux-amd64", bytes("binary", MODE_PROGRAM)),
        ("plugin.json", bytes("{}", MODE_FILE)),
        ("assets/icon.svg", bytes("<svg/>", MODE_FILE)),
        ("public/a/b.txt", bytes("b", MODE_FILE)),
    ];
    Plan {
        root: "com.example.hello".into(),
        files: files.map(|(path, entry)| (path.to_owned(), entry)).into(),
    }
}

fn pack(plan: &Plan) -> Vec<u8> {
    let interrupt = Interrupt::default();
    let mut writer = TarGz::new(Vec::new(), "test.tar.gz", &interrupt);
    plan.write(&mut writer, &interrupt).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

#[test]
fn folders_come_before_their_files_in_byte_order() {
    let mut memory = Memory::default();
    let sizes = plan().write(&mut memory, &Interrupt::default()).expect("memory takes all");
    let paths: Vec<&str> = memory.members.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "com.example.hello/",
            "com.example.hello/assets/",
            "com.example.hello/assets/icon.svg",
            "com.example.hello/plugin.json",
            "com.example.hello/public/",
            "com.example.hello/public/a/",
            "com.example.hello/public/a/b.txt",
            "com.example.hello/server/",
            "com.example.hello/server/dist/",
            "com.example.hello/server/dist/plugin-linux-amd64",
        ]
    );
    assert_eq!(sizes[0], ("assets/icon.svg".to_owned(), 6));
}

#[test]
fn the_reader_gives_back_what_the_writer_took() {
    let mut memory = Memory::default();
    plan().write(&mut memory, &Interrupt::default()).expect("memory takes all");
    let members = read(&pack(&plan())).expect("our own archive");
    assert_eq!(members.len(), memory.members.len());
    for (member, (path, mode, bytes)) in members.iter().zip(&memory.members) {
        assert_eq!(member.path, path.trim_end_matches('/'));
        assert_eq!(&member.bytes, bytes);
        assert_eq!(member.mode, if path.ends_with('/') { 0o755 } else { *mode });
    }
}

#[test]
fn what_is_packed_quickly_is_the_same_inside() {
    let interrupt = Interrupt::default();
    let mut writer = TarGz::quick(Vec::new(), "test.tar.gz", &interrupt);
    plan().write(&mut writer, &interrupt).expect("memory takes all");
    let quick = writer.finish().expect("memory takes all");
    assert_ne!(quick, pack(&plan()));
    assert_eq!(read(&quick), read(&pack(&plan())));
}

#[test]
fn the_same_input_makes_the_same_bytes() {
    let first = pack(&plan());
    assert_eq!(first, pack(&plan()));
    assert_eq!(first[4..8], [0; 4], "no time in the gzip header");
    assert_eq!(first[9], GZIP_OS_UNKNOWN, "no operating system in the gzip header");
    let mut other = plan();
    other.files.insert("plugin.json".into(), Entry { mode: MODE_FILE, source: Source::Bytes(b"[]".into()) });
    assert_ne!(first, pack(&other));
}

const GZIP_OS_UNKNOWN: u8 = 255;

#[test]
fn members_have_no_owner_and_one_fixed_time() {
    let bytes = pack(&plan());
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
    for entry in archive.entries().expect("a tar") {
        let entry = entry.expect("a member");
        let header = entry.header();
        assert_eq!(
            (header.uid().ok(), header.gid().ok(), header.mtime().ok()),
            (Some(0), Some(0), Some(315_532_800))
        );
    }
}

#[test]
fn long_paths_survive() {
    let long = format!("public/{}/file.txt", "d".repeat(150));
    let mut plan = plan();
    plan.files.insert(long.clone(), Entry { mode: MODE_FILE, source: Source::Bytes(vec![1]) });
    let members = read(&pack(&plan)).expect("our own archive");
    assert!(members.iter().any(|member| member.path == format!("com.example.hello/{long}")));
}

/// A disk with so many bytes of room.
struct Disk(usize);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_said_plainly_wherever_it_happens() {
    let interrupt = Interrupt::default();
    let length = pack(&plan()).len();
    for room in 0..length {
        let mut writer = TarGz::new(Disk(room), "dist/x.tar.gz", &interrupt);
        let result = plan().write(&mut writer, &interrupt).and_then(|_| writer.finish().map(drop));
        let error = result.expect_err("the disk is too small");
        assert_eq!(error.kind, Kind::Io);
        let text = error.to_string();
        assert!(
            text.starts_with("dist/x.tar.gz could not be written") && text.contains("make room"),
            "{text}"
        );
    }
}

#[test]
fn an_interrupt_stops_the_packing() {
    let interrupt = Interrupt::default();
    let mut writer = TarGz::new(Vec::new(), "x.tar.gz", &interrupt);
    interrupt.set();
    let error = plan().write(&mut writer, &interrupt).expect_err("interrupted");
    assert_eq!(error.kind, Kind::Interrupted);
    assert_eq!(writer.finish().expect_err("interrupted").kind, Kind::Interrupted);
}

#[test]
fn bad_archives_are_told_apart() {
    let good = pack(&plan());
    let mut tar = vec![0u8; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    for (bytes, expected) in [
        (vec![], BadArchive::Empty),
        (b"PK\x03\x04".to_vec(), BadArchive::NotGzip("it is a zip file")),
        (tar, BadArchive::NotGzip("it is a plain tar; gzip it")),
        (b"random bytes".to_vec(), BadArchive::NotGzip("unknown content")),
    ] {
        assert_eq!(read(&bytes), Err(expected));
    }
    for cut in [3, 12, good.len() / 2, good.len() - 9] {
        assert_eq!(read(&good[..cut]), Err(BadArchive::Cut), "cut at {cut}");
    }
    let mut broken = good.clone();
    broken[good.len() / 2] ^= 0xff;
    assert!(matches!(read(&broken), Err(BadArchive::Damaged(_))), "{:?}", read(&broken));
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    let interrupt = Interrupt::default();
    for (path, escapes) in [("a/../../b", true), ("..", true), ("a/../b", false)] {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut header = [0u8; 512];
        header[..path.len()].copy_from_slice(path.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(b"00000000000");
        header[156] = b'0';
        let sum: u32 = header
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
            .sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        gzip.write_all(&header).and_then(|()| gzip.write_all(&[0; 1024])).expect("memory takes all");
        let result = read(&gzip.finish().expect("memory takes all"));
        assert_eq!(matches!(result, Err(BadArchive::Escapes(_))), escapes, "{path}: {result:?}");
    }
    assert!(!interrupt.is_set());
}

/// A gzip stream of a header and so many zero bytes, made without holding them.
fn bomb(header: &tar::Header, zeros: u64) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(header.as_bytes()).expect("memory takes all");
    io::copy(&mut io::Read::take(io::repeat(0), zeros), &mut gzip).expect("memory takes all");
    gzip.finish().expect("memory takes all")
}

#[test]
fn bombs_are_not_unpacked() {
    let header = |kind, size| {
        let mut header = tar::Header::new_gnu();
        header.set_path("a").expect("a path");
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(size);
        header.set_cksum();
        header
    };
    // A size that is only claimed is not believed and takes no memory.
    let claimed = bomb(&header(tar::EntryType::Regular, 8 << 30), 1 << 20);
    assert_eq!(read(&claimed), Err(BadArchive::TooLarge));
    let name = bomb(&header(tar::EntryType::GNULongName, 8 << 30), 1 << 20);
    assert!(matches!(read(&name), Err(BadArchive::Damaged(_))), "{:?}", read(&name));
    // Zeros after the end mark are read to their end, up to the limit.
    let padding = bomb(&header(tar::EntryType::Regular, 0), super::reader::MAX_UNPACKED + 1);
    assert!(padding.len() < 8 << 20, "it travels small");
    assert_eq!(read(&padding), Err(BadArchive::TooLarge));
}

#[test]
fn more_members_than_a_bundle_can_have_are_refused() {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_mode(0o755);
    header.set_size(0);
    for _ in 0..=super::reader::MAX_MEMBERS {
        tar.append_data(&mut header, "a", &[][..]).expect("memory takes all");
    }
    let bytes = tar.into_inner().and_then(|gzip| gzip.finish()).expect("memory takes all");
    assert_eq!(read(&bytes), Err(BadArchive::TooMany));
}
