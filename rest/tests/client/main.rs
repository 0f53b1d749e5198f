//! The client against a server that behaves as Mattermost does, and as proxies and broken lines do.

mod fake;
mod lines;
mod methods;
mod real;
mod trouble;
