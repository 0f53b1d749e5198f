//! The one line on stdout by which a plugin says where it listens.

use std::path::PathBuf;

use super::failed;
use crate::error::Error;

/// Where the plugin listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A unix socket's path.
    Unix(PathBuf),
    /// Host and port.
    Tcp(String),
}

/// Reads `1|1|unix|/tmp/plugin123|netrpc|`. Servers ignore what follows the fifth field.
///
/// # Errors
/// What is not as servers want it.
pub fn parse(line: &str) -> Result<Address, Error> {
    let fields: Vec<&str> = line.trim().split('|').collect();
    let [core, app, network, address, rest @ ..] = &fields[..] else {
        return Err(unrecognized(line));
    };
    let number = |field: &str| field.trim().parse::<u32>().map_err(|_| unrecognized(line));
    match (number(core)?, number(app)?) {
        (1, 1) => {}
        (1, app) => {
            let what = format!("the plugin speaks version {app} of the plugin interface, servers 1");
            return Err(failed(what).detail("a server says: incompatible API version"));
        }
        (core, _) => {
            let what = format!("the plugin speaks version {core} of go-plugin's protocol, servers 1");
            return Err(failed(what).detail("a server says: incompatible core API version"));
        }
    }
    if let Some(protocol) = rest.first().filter(|protocol| !matches!(**protocol, "" | "netrpc")) {
        let says = format!("a server says: unsupported plugin protocol {protocol:?}. Supported: [netrpc]");
        let error = failed(format!("the plugin speaks `{protocol}`; servers take netrpc only"));
        return Err(error.detail(says));
    }
    match *network {
        _ if address.trim().is_empty() => Err(failed("the plugin's handshake does not say where it listens")),
        "unix" => Ok(Address::Unix(PathBuf::from(address))),
        "tcp" => Ok(Address::Tcp((*address).to_owned())),
        other => Err(failed(format!("the plugin listens on an unknown network, `{other}`"))),
    }
}

fn unrecognized(line: &str) -> Error {
    let shown: String = line.trim_end().chars().take(120).collect();
    failed("the first line on stdout is not the plugin's handshake")
        .detail(format!("line: {shown:?}"))
        .detail("a server says: Unrecognized remote plugin message")
        .help("print nothing before mmplugin::run, and nothing to stdout at all: use tracing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lines_that_servers_read() {
        let unix = Address::Unix("/tmp/plugin1".into());
        for line in [
            "1|1|unix|/tmp/plugin1|netrpc|",
            "1|1|unix|/tmp/plugin1",
            "1|1|unix|/tmp/plugin1|netrpc|cert|true\n",
        ] {
            assert_eq!(parse(line), Ok(unix.clone()), "{line}");
        }
        assert_eq!(parse("1|1|tcp|127.0.0.1:10000|netrpc|"), Ok(Address::Tcp("127.0.0.1:10000".into())));
    }

    #[test]
    fn refuses_the_lines_that_servers_refuse() {
        for (line, text) in [
            ("", "not the plugin's handshake"),
            ("hello", "not the plugin's handshake"),
            ("1|1|unix", "not the plugin's handshake"),
            ("1|1|unix||netrpc|", "does not say where it listens"),
            ("a|1|unix|x", "not the plugin's handshake"),
            ("2|1|unix|x|netrpc", "version 2 of go-plugin"),
            ("1|2|unix|x|netrpc", "version 2 of the plugin interface"),
            ("1|1|unix|x|grpc|", "speaks `grpc`"),
            ("1|1|pipe|x|netrpc", "unknown network"),
        ] {
            let error = parse(line).expect_err(line).to_string();
            assert!(error.contains(text), "{line}: {error}");
        }
    }
}
