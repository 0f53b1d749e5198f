//! A real nginx with the configuration of examples/server between the tool and the server; skipped where there is no nginx.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tempfile::TempDir;

use crate::fake::{Fake, TOKEN, nobody};
use crate::support::{Said, folder, run, said, tool, write};

/// The example's files as they are given to people.
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/server");
/// Takes longer on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

/// nginx in front of something that listens on this machine; it ends with the test.
struct Proxy {
    nginx: Child,
    http: u16,
    https: u16,
    folder: TempDir,
}

impl Proxy {
    /// `None`: there is no nginx. `limit` stands where client_max_body_size has its number.
    fn start(server: &str, limit: &str) -> Option<Self> {
        let program = nginx()?;
        let (folder, http, https) = (folder(), nobody().port(), nobody().port());
        let main = configure(
            folder.path(),
            &[
                ("listen 80;", &format!("listen 127.0.0.1:{http};")),
                ("listen 443 ssl;", &format!("listen 127.0.0.1:{https} ssl;")),
                ("/etc/nginx/certificates", &folder.path().join("certificates").display().to_string()),
                ("server mattermost:8065;", &format!("server {};", server.trim_start_matches("http://"))),
                ("client_max_body_size 100m;", &format!("client_max_body_size {limit};")),
            ],
        );
        let nginx = |more: &[&str]| {
            let mut nginx = Command::new(&program);
            nginx.arg("-p").arg(folder.path()).arg("-c").arg(&main).args(more);
            nginx
        };
        let check = said(&mut nginx(&["-t"]));
        assert!(check.code == Some(0) && !check.stderr.contains("[warn]"), "{}", check.stderr);
        let nginx = nginx(&[]).stderr(Stdio::null()).spawn().expect("nginx starts");
        let proxy = Self { nginx, http, https, folder };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", https)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(proxy)
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificates/server.crt")
    }

    /// The tool with HTTPS, and the certificate that `prepare` made.
    fn ask(&self, args: &[&str]) -> Said {
        let url = format!("https://localhost:{}", self.https);
        at(
            self.folder.path(),
            &[args, &["--url", &url, "--ca", &self.certificate().display().to_string()]].concat(),
        )
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

/// Distributions keep it where the PATH of people does not lead.
fn nginx() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join("nginx")).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no nginx (Debian: apt-get install nginx-light)");
    }
    found
}

/// The example in a folder of its own, with other addresses, inside of what an nginx's main file has around it.
fn configure(folder: &Path, changes: &[(&str, &str)]) -> PathBuf {
    for file in ["prepare", "nginx.conf"] {
        fs_err::copy(Path::new(EXAMPLE).join(file), folder.join(file)).expect("the example");
    }
    let prepared = said(Command::new("sh").arg(folder.join("prepare")));
    assert_eq!(prepared.code, Some(0), "{}", prepared.stderr);
    let mut server = fs_err::read_to_string(folder.join("nginx.conf")).expect("a configuration");
    for (from, to) in changes {
        assert_eq!(server.matches(from).count(), 1 + usize::from(from.ends_with("certificates")), "{from}");
        server = server.replace(from, to);
    }
    let here = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {here}/{kind};"))
        .concat();
    let main = folder.join("main.conf");
    let text = format!(
        "daemon off; master_process off; pid {here}/nginx.pid; error_log {here}/error.log; events {{}}\n\
         http {{ access_log off; {temporary}\n{server}\n}}\n"
    );
    fs_err::write(&main, text).expect("a file");
    main
}

fn at(here: &Path, args: &[&str]) -> Said {
    let mut command = tool(here, args);
    for name in
        ["MM_ADMIN_USERNAME", "MM_ADMIN_PASSWORD", "APPDATA", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"]
    {
        command.env_remove(name);
    }
    said(command.arg("--no-socket").env("XDG_CONFIG_HOME", here).env("MM_ADMIN_TOKEN", TOKEN))
}

/// A bundle of more than the 1 MiB that nginx takes when nothing is said.
fn bundle() -> String {
    static BUNDLE: OnceLock<String> = OnceLock::new();
    let made = BUNDLE.get_or_init(|| {
        let here = folder().keep();
        write(
            here.join("plugin.json"),
            r#"{"id": "com.example.large", "name": "Large", "version": "0.1.0"}"#,
        );
        write(here.join("webapp/package.json"), "{}");
        write(here.join("webapp/dist/main.js"), "registerPlugin('com.example.large')\n");
        let mut noise = 1_u32;
        let bytes = (0..2 << 20).map(|_| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            noise.to_le_bytes()[0]
        });
        fs_err::create_dir(here.join("public")).expect("a folder");
        fs_err::write(here.join("public/noise"), bytes.collect::<Vec<u8>>()).expect("a file");
        let said = run(&here, &["bundle", "--skip-webapp"]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        here.join("dist/com.example.large-0.1.0.tar.gz").display().to_string()
    });
    made.clone()
}

#[test]
fn a_bundle_is_deployed_through_nginx() {
    let fake = Fake::start();
    let Some(proxy) = Proxy::start(&fake.url, "100m") else { return };
    let said = proxy.ask(&["deploy", "--bundle", &bundle()]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), "com.example.large 0.1.0 is running\n"),
        "{said:?}"
    );
    let requests = fake.inner().requests.clone();
    assert!(requests.contains(&("POST /plugins".to_owned(), format!("Bearer {TOKEN}"))), "{requests:?}");
}

#[test]
fn a_bundle_that_nginx_finds_too_large_is_refused_with_the_way_out() {
    let fake = Fake::start();
    let Some(proxy) = Proxy::start(&fake.url, "1m") else { return };
    let said = proxy.ask(&["deploy", "--bundle", &bundle()]);
    assert_eq!(said.code, Some(1), "{said:?}");
    for words in ["413, a web page: 413 Request Entity Too Large", "raise client_max_body_size", "--socket"] {
        assert!(said.stderr.contains(words), "{}", said.stderr);
    }
    assert_eq!(fake.asked("POST /plugins"), 0);
}

#[test]
fn a_server_that_is_gone_is_told_from_one_that_refuses() {
    let Some(proxy) = Proxy::start(&nobody().to_string(), "100m") else { return };
    let said = proxy.ask(&["list"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stderr.contains("the proxy does not reach the Mattermost server"), "{}", said.stderr);
}

#[test]
fn plain_http_leads_to_https_and_the_token_does_not_follow() {
    let fake = Fake::start();
    let Some(proxy) = Proxy::start(&fake.url, "100m") else { return };
    let said = at(proxy.folder.path(), &["list", "--url", &format!("http://127.0.0.1:{}", proxy.http)]);
    assert_eq!(said.code, Some(1), "{said:?}");
    for words in ["the server sends elsewhere", "to: https://127.0.0.1/api/v4/"] {
        assert!(said.stderr.contains(words), "{}", said.stderr);
    }
    assert_eq!(fake.inner().requests, []);
}

#[test]
fn a_web_socket_passes_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let Some(proxy) = Proxy::start(&address.to_string(), "100m") else { return };
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let head = head_of(&mut stream);
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("an answer");
        let mut said = [0; 4];
        stream.read_exact(&mut said).expect("four bytes");
        stream.write_all(&said).expect("an echo");
        head
    });
    let mut client = secure(&proxy);
    client
        .write_all(b"GET /api/v4/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        .expect("a request");
    let answer = head_of(&mut client);
    assert!(answer.starts_with("HTTP/1.1 101 ") && answer.contains("Upgrade: websocket"), "{answer}");
    client.write_all(b"ping").expect("four bytes");
    let mut said = [0; 4];
    client.read_exact(&mut said).expect("the echo");
    assert_eq!(&said, b"ping");
    let head = server.join().expect("a server");
    for line in [
        "Upgrade: websocket\r\n",
        "Connection: upgrade\r\n",
        "X-Forwarded-Proto: https\r\n",
        "Host: localhost\r\n",
    ] {
        assert!(head.contains(line), "{head}");
    }
}

fn secure(proxy: &Proxy) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(proxy.certificate()).expect("a certificate")).expect("a root");
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let connection = rustls::ClientConnection::new(Arc::new(config), name).expect("a connection");
    let stream = TcpStream::connect(("127.0.0.1", proxy.https)).expect("nginx");
    stream.set_read_timeout(Some(PATIENCE)).expect("a setting");
    rustls::StreamOwned::new(connection, stream)
}

fn head_of(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        head.extend(byte);
    }
    String::from_utf8_lossy(&head).into_owned()
}
