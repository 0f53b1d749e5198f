//! Small executables for tests, built byte by byte: no compiler for other platforms is needed.

/// ELF machine numbers.
pub(crate) const X86_64: u16 = 62;
pub(crate) const AARCH64: u16 = 183;

/// One manifest record.
pub(crate) fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a small payload");
    [b"MMPLUGIN", &[kind, 1, 0, 0][..], &length.to_le_bytes(), payload].concat()
}

/// A 64-bit little-endian ELF program with an optional loader and one section `.mm_manifest`.
pub(crate) fn elf(machine: u16, interpreter: Option<&str>, records: &[u8]) -> Vec<u8> {
    const NAMES: &[u8] = b"\0.shstrtab\0.mm_manifest\0";
    let interp = interpreter.map(|path| [path.as_bytes(), b"\0"].concat()).unwrap_or_default();
    let headers = usize::from(interpreter.is_some());
    let data_at = 64 + 56 * headers;
    let names_at = data_at + interp.len() + records.len();
    let sections_at = names_at + NAMES.len();

    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2, 0]); // ET_EXEC
    file.extend(machine.to_le_bytes());
    file.extend(1u32.to_le_bytes());
    file.extend(0x40_1000_u64.to_le_bytes()); // entry
    file.extend(if headers == 0 { 0u64 } else { 64 }.to_le_bytes());
    file.extend((sections_at as u64).to_le_bytes());
    file.extend(0u32.to_le_bytes());
    for half in [64, 56, headers as u16, 64, 3, 1] {
        file.extend(half.to_le_bytes());
    }
    if headers == 1 {
        file.extend(3u32.to_le_bytes()); // PT_INTERP
        file.extend(4u32.to_le_bytes());
        for word in [data_at as u64, 0, 0, interp.len() as u64, interp.len() as u64, 1] {
            file.extend(word.to_le_bytes());
        }
    }
    file.extend(&interp);
    file.extend(records);
    file.extend(NAMES);
    file.extend([0; 64]);
    section(&mut file, 1, 3, names_at, NAMES.len());
    section(&mut file, 11, 1, data_at + interp.len(), records.len());
    file
}

fn section(file: &mut Vec<u8>, name: u32, kind: u32, at: usize, length: usize) {
    file.extend(name.to_le_bytes());
    file.extend(kind.to_le_bytes());
    for word in [0u64, 0, at as u64, length as u64, 0, 1, 0] {
        file.extend(word.to_le_bytes());
    }
    // sh_link and sh_info are 32 bits each: one zero word above stands for both.
}

/// A 64-bit Mach-O header without load commands.
pub(crate) fn macho(cpu: u32) -> Vec<u8> {
    let words = [0xfeed_facf_u32, cpu, 0, 2, 0, 0, 0, 0];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A PE file with headers only.
pub(crate) fn pe(machine: u16) -> Vec<u8> {
    let mut file = b"MZ".to_vec();
    file.resize(60, 0);
    file.extend(64u32.to_le_bytes());
    file.extend(b"PE\0\0");
    file.extend(machine.to_le_bytes());
    file.extend([0; 14]); // no sections, no symbols
    file.extend(240u16.to_le_bytes());
    file.extend(0x22u16.to_le_bytes());
    let mut optional = vec![0u8; 240];
    optional[..2].copy_from_slice(&0x20b_u16.to_le_bytes());
    optional[108..112].copy_from_slice(&16u32.to_le_bytes());
    file.extend(optional);
    file
}
