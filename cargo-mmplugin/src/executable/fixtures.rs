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
    elf_with(
        machine,
        interpreter,
        &[Section { name: ".mm_manifest", kind: 1, link: 0, bytes: records.to_vec() }],
    )
}

/// The same of a dynamic program: libraries, and versions such as `GLIBC_2.34` of the last one of them.
pub(crate) fn dynamic_elf(machine: u16, interpreter: &str, libraries: &[&str], versions: &[&str]) -> Vec<u8> {
    let mut strings = vec![0];
    let mut string = |text: &str| {
        let at = strings.len();
        strings.extend([text.as_bytes(), b"\0"].concat());
        at
    };
    let libraries: Vec<usize> = libraries.iter().map(|name| string(name)).collect();
    let versions: Vec<usize> = versions.iter().map(|name| string(name)).collect();
    let mut dynamic: Vec<u8> = Vec::new();
    for (tag, value) in libraries.iter().map(|at| (1u64, *at as u64)).chain([(0, 0)]) {
        dynamic.extend([tag.to_le_bytes(), value.to_le_bytes()].concat());
    }
    let halves = [1u16, versions.len() as u16];
    let words = [*libraries.last().expect("a library") as u32, 16, 0];
    let mut needs: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
    needs.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    for (number, name) in versions.iter().enumerate() {
        let next = if number + 1 == versions.len() { 0 } else { 16 };
        for word in [0u32, (number as u32 + 2) << 16, *name as u32, next] {
            needs.extend(word.to_le_bytes());
        }
    }
    let section = |name, kind, bytes| Section { name, kind, link: 2, bytes };
    let sections = [
        section(".dynstr", 3, strings),
        section(".dynamic", 6, dynamic),
        section(".gnu.version_r", 0x6fff_fffe, needs),
    ];
    elf_with(machine, Some(interpreter), &sections)
}

struct Section {
    name: &'static str,
    kind: u32,
    link: u32,
    bytes: Vec<u8>,
}

/// Section 0 is empty, 1 the names, the given ones follow.
fn elf_with(machine: u16, interpreter: Option<&str>, sections: &[Section]) -> Vec<u8> {
    let mut names = b"\0.shstrtab\0".to_vec();
    let interp = interpreter.map(|path| [path.as_bytes(), b"\0"].concat()).unwrap_or_default();
    let headers = usize::from(interpreter.is_some());
    let interp_at = 64 + 56 * headers;
    let mut data = interp.clone();
    let mut table = Vec::new();
    for section in sections {
        let name = names.len();
        names.extend([section.name.as_bytes(), b"\0"].concat());
        header(
            &mut table,
            [name, section.kind as usize],
            interp_at + data.len(),
            section.bytes.len(),
            section.link,
        );
        data.extend(&section.bytes);
    }
    let mut head = vec![0; 64];
    header(&mut head, [1, 3], interp_at + data.len(), names.len(), 0);
    data.extend(&names);
    let sections_at = interp_at + data.len();

    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2, 0]); // ET_EXEC
    file.extend(machine.to_le_bytes());
    file.extend(1u32.to_le_bytes());
    file.extend(0x40_1000_u64.to_le_bytes()); // entry
    file.extend(if headers == 0 { 0u64 } else { 64 }.to_le_bytes());
    file.extend((sections_at as u64).to_le_bytes());
    file.extend(0u32.to_le_bytes());
    for half in [64, 56, headers as u16, 64, sections.len() as u16 + 2, 1] {
        file.extend(half.to_le_bytes());
    }
    if headers == 1 {
        file.extend(3u32.to_le_bytes()); // PT_INTERP
        file.extend(4u32.to_le_bytes());
        for word in [interp_at as u64, 0, 0, interp.len() as u64, interp.len() as u64, 1] {
            file.extend(word.to_le_bytes());
        }
    }
    [file, data, head, table].concat()
}

/// Name and type, place, length, linked section.
fn header(table: &mut Vec<u8>, [name, kind]: [usize; 2], at: usize, length: usize, link: u32) {
    table.extend((name as u32).to_le_bytes());
    table.extend((kind as u32).to_le_bytes());
    for word in [0u64, 0, at as u64, length as u64, u64::from(link), 1, 0] {
        table.extend(word.to_le_bytes());
    }
    // sh_link and sh_info are 32 bits each: one word stands for both.
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
    optional[16..20].copy_from_slice(&0x1000_u32.to_le_bytes()); // entry
    optional[108..112].copy_from_slice(&16u32.to_le_bytes());
    file.extend(optional);
    file
}
