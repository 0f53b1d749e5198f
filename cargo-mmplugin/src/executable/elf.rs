//! What an ELF program asks of the machine it runs on: loader, libraries, age of glibc.

use object::File;
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};

/// A version of glibc, as in `GLIBC_2.34`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glibc {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl std::fmt::Display for Glibc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl std::str::FromStr for Glibc {
    type Err = String;

    /// Reads `2.36`; a third number does not matter.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.trim().split('.').map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err("two numbers, as in 2.36".to_owned()),
        }
    }
}

/// The program loader.
pub(super) fn interpreter(file: &File<'_>) -> Option<String> {
    match file {
        File::Elf64(elf) => interpreter_of(elf),
        File::Elf32(elf) => interpreter_of(elf),
        _ => None,
    }
}

/// The libraries, in the order they are looked for. What cannot be read is left out.
pub(super) fn libraries(file: &File<'_>) -> Vec<String> {
    let names = match file {
        File::Elf64(elf) => libraries_of(elf),
        File::Elf32(elf) => libraries_of(elf),
        _ => None,
    };
    names.unwrap_or_default()
}

/// The newest `GLIBC_x.y` among the versions that symbols need.
pub(super) fn glibc(file: &File<'_>) -> Option<Glibc> {
    match file {
        File::Elf64(elf) => glibc_of(elf),
        File::Elf32(elf) => glibc_of(elf),
        _ => None,
    }
}

/// A segment that cannot be read still says that a loader is wanted.
fn interpreter_of<'data, Elf: FileHeader>(file: &ElfFile<'data, Elf>) -> Option<String> {
    let endian = file.endian();
    let headers = file.elf_program_headers().iter();
    let header = headers.into_iter().find(|header| header.p_type(endian) == object::elf::PT_INTERP)?;
    let path = header.interpreter(endian, file.data()).ok().flatten().unwrap_or(b"?");
    Some(String::from_utf8_lossy(path).into_owned())
}

fn libraries_of<'data, Elf: FileHeader>(file: &ElfFile<'data, Elf>) -> Option<Vec<String>> {
    let table = file.elf_dynamic_table().ok()?;
    let needed = table.iter().filter(|entry| entry.tag == object::elf::DT_NEEDED);
    let names = needed.filter_map(|entry| table.string(entry).ok());
    Some(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

fn glibc_of<'data, Elf: FileHeader>(file: &ElfFile<'data, Elf>) -> Option<Glibc> {
    let (endian, data) = (file.endian(), file.data());
    let sections = file.elf_section_table();
    let (mut needs, link) = sections.gnu_verneed(endian, data).ok()??;
    let strings = sections.strings(endian, data, link).ok()?;
    let mut newest = None;
    while let Ok(Some((_, mut versions))) = needs.next() {
        while let Ok(Some(version)) = versions.next() {
            let name = version.name(endian, strings).ok().and_then(|name| std::str::from_utf8(name).ok());
            let number = name.and_then(|name| name.strip_prefix("GLIBC_")?.parse().ok());
            newest = newest.max(number);
        }
    }
    newest
}
