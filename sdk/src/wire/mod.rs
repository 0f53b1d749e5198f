//! What travels: arguments and results of hooks and API methods, as plain structs.
//!
//! Authors do not need these; [`Api`](crate::api::Api) and the hooks trait are made of them.

mod error;
mod generated;
mod http;
#[cfg(test)]
pub(crate) mod tests;

pub use error::HostError;
pub use generated::*;
pub use http::{HttpRequest, HttpResponse};
