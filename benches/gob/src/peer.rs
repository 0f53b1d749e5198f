//! Go's side: the program in `benches/gobpeer`, one request a line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::Result;
use crate::codecs::Block;

/// The running program; it ends when its stdin closes.
pub(crate) struct GoPeer {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl GoPeer {
    /// Builds and starts it.
    pub(crate) fn start() -> Result<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gobpeer");
        let program = std::env::temp_dir().join(format!("gobpeer-{}", std::process::id()));
        let built =
            Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(source).status()?;
        if !built.success() {
            return Err("go build failed".into());
        }
        let child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        std::fs::remove_file(&program)?;
        let mut child = child?;
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Self { child, requests, answers })
    }

    fn ask(&mut self, request: &str) -> Result<Value> {
        let requests = self.requests.as_mut().ok_or("no stdin")?;
        writeln!(requests, "{request}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)?;
        match answer.get("error") {
            Some(error) => Err(format!("{request}: {error}").into()),
            None => Ok(answer),
        }
    }

    /// What Go writes for a value on a fresh stream, and on the warm one.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<(Vec<u8>, Vec<u8>)> {
        let answer = self.ask(&format!("bytes {name}"))?;
        Ok((from_hex(&answer["first"])?, from_hex(&answer["next"])?))
    }

    /// Nanoseconds that Go takes for one value.
    pub(crate) fn time(&mut self, block: Block, name: &str, count: usize) -> Result<f64> {
        let answer = self.ask(&format!("{block} {name} {count}"))?;
        Ok(answer["ns"].as_f64().ok_or("no ns")?)
    }
}

impl Drop for GoPeer {
    fn drop(&mut self) {
        self.requests = None;
        let _ = self.child.wait();
    }
}

fn from_hex(value: &Value) -> Result<Vec<u8>> {
    let text = value.as_str().ok_or("no bytes")?;
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or("not hex"))
        .collect::<std::result::Result<_, _>>()?;
    Ok(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
