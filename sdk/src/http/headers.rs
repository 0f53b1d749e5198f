//! Headers, as Go and as the `http` crate have them.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers as Go has them.
pub(crate) type GoHeader = BTreeMap<String, Vec<String>>;

/// Headers with names or values that the `http` crate does not allow are left out: Go lets more through.
pub(crate) fn to_headers(from: impl IntoIterator<Item = (String, Vec<String>)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, values) in from {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        for value in values {
            if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(value)) {
                headers.append(&name, value);
            }
        }
    }
    headers
}

/// The headers of a request, with the host that Go keeps apart.
pub(super) fn request_headers(
    from: impl IntoIterator<Item = (String, Vec<String>)>,
    host: &str,
) -> HeaderMap {
    let mut headers = to_headers(from);
    if let (false, Ok(host)) = (headers.contains_key(header::HOST), HeaderValue::from_str(host))
        && !host.is_empty()
    {
        headers.insert(header::HOST, host);
    }
    headers
}

/// The headers of a response as a server sends them.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn server_headers(headers: &HeaderMap) -> GoHeader {
    let mut all = GoHeader::new();
    merge_headers(&mut all, headers);
    all
}

/// Lays the response's headers over those of the server.
///
/// Go's server looks its own headers up by their canonical names (`Content-Type`), which this crate's lower-case names
/// would miss.
pub(super) fn merge_headers(server: &mut GoHeader, response: &HeaderMap) {
    for name in response.keys() {
        let values = response.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        server.insert(canonical(name.as_str()), values.collect());
    }
}

/// `content-type` → `Content-Type`.
pub(crate) fn canonical(name: &str) -> String {
    let mut upper = true;
    let letters = name.chars().map(|letter| {
        let letter = if upper { letter.to_ascii_uppercase() } else { letter };
        upper = letter == '-';
        letter
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_go_looks_up() {
        for (name, go) in [("content-type", "Content-Type"), ("etag", "Etag"), ("x-a--b-", "X-A--B-")] {
            assert_eq!(canonical(name), go);
        }
    }

    #[test]
    fn the_host_is_a_header_and_bad_headers_are_left_out() {
        let from = [
            ("X-Many".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
            ("bad name".to_owned(), vec!["x".to_owned()]),
            ("X-Bad".to_owned(), vec!["a\nb".to_owned()]),
        ];
        let headers = request_headers(from, "example.com");
        assert_eq!(headers[header::HOST], "example.com");
        assert_eq!(headers.get_all("x-many").iter().count(), 2);
        assert_eq!(headers.len(), 3);
    }
}
