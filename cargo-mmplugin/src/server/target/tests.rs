//! Flags before environment before file, and what is refused.

use super::*;

const URL: &str = "https://chat.example.com";

fn settle(options: &ServerOptions, env: &[(&str, &str)]) -> Result<Target, Error> {
    let env = |name: &str| env.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
    Target::settle_with(options, &env)
}

fn no_socket() -> ServerOptions {
    ServerOptions { no_socket: true, ..ServerOptions::default() }
}

fn token(target: &Target) -> &str {
    match &target.credentials {
        Credentials::Token(secret) => secret.expose(),
        other => panic!("no token: {other:?}"),
    }
}

#[test]
fn flags_come_before_the_environment() {
    let env =
        [("MM_SERVICESETTINGS_SITEURL", "https://other.example.com"), ("MM_ADMIN_TOKEN", "environment")];
    let target = settle(&no_socket(), &env).expect("a target");
    assert_eq!(target.place, Place::Url("https://other.example.com".into()));
    assert_eq!(token(&target), "environment");
    let options = ServerOptions { url: Some(format!("{URL}/")), token: Some("flag".into()), ..no_socket() };
    let target = settle(&options, &env).expect("a target");
    assert_eq!((&target.place, token(&target)), (&Place::Url(URL.into()), "flag"));
}

#[test]
fn nothing_and_half_of_it_are_explained() {
    for (env, text) in [
        (&[][..], "no server is named"),
        (&[("MM_SERVICESETTINGS_SITEURL", URL)][..], "no credentials for https://chat.example.com"),
        (&[("MM_SERVICESETTINGS_SITEURL", URL), ("MM_ADMIN_USERNAME", "admin")][..], "no password for admin"),
        (&[("MM_SERVICESETTINGS_SITEURL", "chat.example.com")][..], "does not begin with https://"),
        (&[("MM_SERVICESETTINGS_SITEURL", "https://me:hunter2@x")][..], "holds a name or a password"),
    ] {
        let error = settle(&no_socket(), env).expect_err("incomplete").to_string();
        assert!(error.contains(text) && error.contains("help: "), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_token_goes_over_plain_http_to_this_machine_only() {
    let to = |url: &str, allow_http| {
        let options = ServerOptions { url: Some(url.into()), allow_http, ..no_socket() };
        settle(&options, &[("MM_ADMIN_TOKEN", "t")]).map(drop).map_err(|error| error.message)
    };
    for loopback in ["http://localhost:8065", "http://127.0.0.2", "http://[::1]:8065", URL] {
        assert_eq!(to(loopback, false), Ok(()), "{loopback}");
    }
    for other in ["http://chat.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1:8065"] {
        assert!(to(other, false).is_err_and(|text| text.contains("plain http")), "{other}");
        assert_eq!(to(other, true), Ok(()));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mmplugin/server.toml");
    fs_err::create_dir_all(folder.path().join("mmplugin")).expect("a folder");
    fs_err::write(&file, format!("url = \"{URL}\"\ntoken = \"from the file\"\n")).expect("a file");
    let config_home = folder.path().display().to_string();
    let env = [("XDG_CONFIG_HOME", config_home.as_str())];
    let mode = |mode| fs_err::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("a mode");

    mode(0o600);
    let target = settle(&no_socket(), &env).expect("a target");
    assert_eq!((&target.place, token(&target)), (&Place::Url(URL.into()), "from the file"));
    // Another server does not get this server's token.
    let options = ServerOptions { url: Some("https://evil.example.com".into()), ..no_socket() };
    assert!(settle(&options, &env).is_err_and(|error| error.message.contains("no credentials")));
    for wide in [0o640, 0o604, 0o666] {
        mode(wide);
        let error = settle(&no_socket(), &env).expect_err("too wide");
        assert!(error.message.contains("can be read by others"), "{error}");
    }
    mode(0o600);
    fs_err::write(&file, "token = hunter2\n").expect("a file");
    let error = settle(&no_socket(), &env).expect_err("no TOML").to_string();
    assert!(error.contains("(line 1)") && !error.contains("hunter2"), "{error}");
}

#[cfg(unix)]
#[test]
fn the_socket_comes_first_when_a_server_listens() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("local.socket");
    let text = path.display().to_string();
    let env =
        [("MM_LOCALSOCKETPATH", text.as_str()), ("MM_SERVICESETTINGS_SITEURL", URL), ("MM_ADMIN_TOKEN", "t")];
    let target = settle(&ServerOptions::default(), &env).expect("a target");
    assert_eq!(target.place, Place::Url(URL.into()));
    assert!(target.notes.iter().any(|note| note.contains("local.socket")), "{:?}", target.notes);

    let _listener = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    let target = settle(&ServerOptions::default(), &env).expect("a target");
    assert_eq!((&target.place, &target.credentials), (&Place::Socket(path), &Credentials::None));
    let options = ServerOptions { url: Some(URL.into()), ..ServerOptions::default() };
    assert_eq!(settle(&options, &env).map(|target| target.place), Ok(Place::Url(URL.into())));
}
