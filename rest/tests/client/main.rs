//! The client against a server that behaves as Mattermost does, and as proxies and broken lines do.

mod fake;
mod methods;
mod real;
mod trouble;
