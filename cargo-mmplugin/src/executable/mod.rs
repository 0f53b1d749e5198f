//! What an executable is, read from its own headers: platform, static or not, and the manifest in it.

use object::{Architecture, BinaryFormat, File, Object, ObjectSection};

mod elf;
mod marks;
mod records;
pub use elf::Glibc;
pub use marks::called_methods;
pub use records::{Embedded, RecordError};

/// Facts from the headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// `linux`, `darwin`, `windows`, `freebsd`, as Go names them.
    pub os: &'static str,
    /// `amd64`, `arm64`, …, as Go names them.
    pub arch: String,
    /// `ELF`, `Mach-O` or `PE`.
    pub format: &'static str,
    /// The program loader it asks for (ELF): it does not run where that or a library of it is missing.
    pub interpreter: Option<String>,
    /// The libraries that the loader has to find (ELF).
    pub libraries: Vec<String>,
    /// The newest version of glibc that one of its symbols needs (ELF).
    pub glibc: Option<Glibc>,
    /// A program, not a library or an object file: there is an address to start at.
    pub has_entry: bool,
}

impl Executable {
    /// Reads the headers of an ELF, Mach-O or PE file.
    ///
    /// # Errors
    /// What the bytes are instead, as the end of a sentence: `is …`.
    pub fn inspect(bytes: &[u8]) -> Result<Self, String> {
        let file = parse(bytes)?;
        Ok(Self {
            os: os(&file, bytes),
            arch: arch(&file),
            format: format(&file),
            interpreter: elf::interpreter(&file),
            libraries: elf::libraries(&file),
            glibc: elf::glibc(&file),
            has_entry: file.entry() != 0,
        })
    }

    /// The key of plugin.json's `server.executables`.
    pub fn platform(&self) -> String {
        format!("{}-{}", self.os, self.arch)
    }

    /// It brings all it needs: no loader, no libraries.
    pub fn is_static(&self) -> bool {
        self.interpreter.is_none() && self.libraries.is_empty()
    }
}

/// The manifest records that the SDK's macros put into an executable.
///
/// # Errors
/// The bytes are no executable, there is no section, or its records are broken or contradict each other.
pub fn embedded_manifest(bytes: &[u8]) -> Result<Embedded, RecordError> {
    let file = parse(bytes).map_err(RecordError::NotExecutable)?;
    let name = match file.format() {
        BinaryFormat::MachO => "__mm_manifest",
        BinaryFormat::Pe => ".mm_man",
        _ => ".mm_manifest",
    };
    let section = file.section_by_name(name).ok_or(RecordError::NoSection)?;
    let data = section.data().map_err(|_| RecordError::Cut)?;
    Embedded::read(data)
}

fn parse(bytes: &[u8]) -> Result<File<'_>, String> {
    if bytes.starts_with(b"#!") {
        return Err("is a script".into());
    }
    if bytes.is_empty() {
        return Err("is empty".into());
    }
    if bytes.starts_with(&[0xca, 0xfe, 0xba, 0xbe]) {
        return Err("is a universal Mach-O file, which this tool does not look into".into());
    }
    File::parse(bytes).map_err(|_| {
        let known = bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"MZ");
        if known { "is a damaged executable".into() } else { "is no executable".into() }
    })
}

fn os(file: &File<'_>, bytes: &[u8]) -> &'static str {
    match file {
        File::Elf64(_) | File::Elf32(_) => elf_os(bytes.get(7).copied().unwrap_or_default()),
        File::MachO32(_) | File::MachO64(_) => "darwin",
        File::Pe32(_) | File::Pe64(_) => "windows",
        _ => "unknown",
    }
}

/// Byte 7 of an ELF file; Linux programs say System V (0) or GNU (3).
fn elf_os(os_abi: u8) -> &'static str {
    match os_abi {
        0 | 3 => "linux",
        2 => "netbsd",
        6 => "solaris",
        9 => "freebsd",
        12 => "openbsd",
        _ => "unknown",
    }
}

fn arch(file: &File<'_>) -> String {
    match file.architecture() {
        Architecture::X86_64 => "amd64".into(),
        Architecture::Aarch64 => "arm64".into(),
        Architecture::I386 => "386".into(),
        Architecture::Arm => "arm".into(),
        Architecture::Riscv64 => "riscv64".into(),
        Architecture::S390x => "s390x".into(),
        Architecture::LoongArch64 => "loong64".into(),
        Architecture::PowerPc64 => if file.is_little_endian() { "ppc64le" } else { "ppc64" }.into(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn format(file: &File<'_>) -> &'static str {
    match file.format() {
        BinaryFormat::MachO => "Mach-O",
        BinaryFormat::Pe => "PE",
        BinaryFormat::Elf => "ELF",
        _ => "unknown",
    }
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
