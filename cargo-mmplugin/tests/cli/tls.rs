//! HTTPS with a certificate authority of the test's own: verified, refused when it is unknown, and no token anywhere else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::fake::{Fake, TOKEN};
use crate::support::{Said, folder, said, tool};

/// The fake server behind TLS; a certificate for `name`, signed by an authority that nobody knows.
struct Secure {
    url: String,
    /// The authority's certificate as PEM.
    ca: String,
    fake: Fake,
    /// Requests that came through.
    served: Arc<AtomicUsize>,
}

impl Secure {
    fn start(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let leaf = leaf.signed_by(&key, &authority).expect("a certificate");
        let chain = vec![CertificateDer::from(leaf.der().to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate and its key");
        let (listener, fake) = (TcpListener::bind("127.0.0.1:0").expect("a port"), Fake::start());
        let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let served = Arc::new(AtomicUsize::new(0));
        let (config, count) = (Arc::new(config), Arc::clone(&served));
        let behind = fake.url.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (config, behind, count) = (Arc::clone(&config), behind.clone(), Arc::clone(&count));
                // A client that does not trust the certificate ends the connection: that is no failure of the server.
                std::thread::spawn(move || drop(pass_on(socket, config, &behind, &count)));
            }
        });
        Self { url, ca: authority.pem(), fake, served }
    }
}

/// One request without a body, and its answer.
fn pass_on(
    socket: TcpStream,
    config: Arc<rustls::ServerConfig>,
    behind: &str,
    served: &AtomicUsize,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut tls = rustls::StreamOwned::new(rustls::ServerConnection::new(config)?, socket);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        tls.read_exact(&mut byte)?;
        head.extend(byte);
    }
    served.fetch_add(1, Ordering::SeqCst);
    let head = String::from_utf8(head)?.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let mut plain = TcpStream::connect(behind)?;
    plain.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer)?;
    tls.write_all(&answer)?;
    tls.conn.send_close_notify();
    Ok(tls.flush()?)
}

fn list(url: &str, here: &Path, args: &[&str]) -> Said {
    let mut command = tool(here, &[&["list", "--no-socket", "--url", url], args].concat());
    for name in
        ["MM_ADMIN_USERNAME", "MM_ADMIN_PASSWORD", "APPDATA", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"]
    {
        command.env_remove(name);
    }
    said(command.env("XDG_CONFIG_HOME", here).env("MM_ADMIN_TOKEN", TOKEN))
}

#[test]
fn a_certificate_of_a_trusted_authority_is_enough() {
    let (here, server) = (folder(), Secure::start("localhost"));
    let ca = here.path().join("ca größe.pem");
    fs_err::write(&ca, &server.ca).expect("a file");
    let good = list(&server.url, here.path(), &["--ca", &ca.display().to_string()]);
    assert_eq!(good.code, Some(0), "{good:?}");
    let asked = server.fake.inner().requests.clone();
    assert!(asked.iter().all(|(_, token)| token.ends_with(TOKEN)) && !asked.is_empty(), "{asked:?}");
}

#[test]
fn an_unknown_authority_a_wrong_name_and_a_wrong_file_are_refused() {
    let here = folder();
    let (server, other) = (Secure::start("localhost"), Secure::start("chat.example.com"));
    let (own, text) = (here.path().join("other.pem"), here.path().join("text.pem"));
    fs_err::write(&own, &other.ca).expect("a file");
    fs_err::write(&text, "no certificate").expect("a file");
    let (own, text) = (own.display().to_string(), text.display().to_string());
    for (server, args) in [
        (&server, &[][..]),
        (&server, &["--ca", &own]),
        (&other, &["--ca", &own]), // its authority, but the name of another machine
        (&server, &["--ca", &text]),
    ] {
        let said = list(&server.url, here.path(), args);
        assert_eq!(said.code, Some(1), "{args:?}: {said:?}");
        assert!(said.stderr.contains("ertificate"), "{args:?}: {}", said.stderr);
        assert!(!said.stderr.contains(TOKEN), "{}", said.stderr);
        assert_eq!(server.served.load(Ordering::SeqCst), 0, "the token stays here: {args:?}");
    }
}

#[test]
fn certificates_are_not_looked_at_when_that_is_asked_for() {
    let (here, server) = (folder(), Secure::start("chat.example.com"));
    let said = list(&server.url, here.path(), &["--insecure"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.stderr.contains("warning: the server's certificate is not verified (--insecure)"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_token_goes_neither_over_plain_http_nor_after_a_redirect() {
    let here = folder();
    let said = list("http://chat.example.com", here.path(), &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("is plain http: the token could be read on the way"), "{}", said.stderr);

    let (server, elsewhere) = (Secure::start("localhost"), Fake::start());
    let ca = here.path().join("ca.pem");
    fs_err::write(&ca, &server.ca).expect("a file");
    let to = format!("{}/api/v4/plugins/statuses", elsewhere.url);
    server.fake.answer("GET /plugins/statuses", 9, 302, "", &to);
    let said = list(&server.url, here.path(), &["--ca", &ca.display().to_string()]);
    assert!(said.code == Some(1) && said.stderr.contains("the server sends elsewhere"), "{said:?}");
    assert_eq!(elsewhere.inner().requests, [], "nobody follows");
}
