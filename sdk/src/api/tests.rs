//! Every generated method, called against servers that have none of them or answer nothing.

use std::sync::Arc;

use super::generated::every::METHODS;
use super::*;
use crate::goplugin::Broker;
use crate::netrpc::{self, Call, Refusal, Service, Work};
use crate::{Gob, yamux};

/// What Go's gob reads as any struct with all its fields zero.
#[derive(Debug, Gob)]
struct Empty {}

/// A server of before all methods.
struct Ancient;

impl Service for Ancient {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        call.args::<Empty>()?;
        Err(Refusal::MissingMethod)
    }
}

/// A server that has all methods and answers zeros.
struct Silent;

impl Service for Silent {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        call.args::<Empty>()?;
        Ok(call.reply(&Empty {}))
    }
}

fn api_of(service: impl Service) -> Api {
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    tokio::spawn(async move { netrpc::serve(theirs, Arc::new(service)).await });
    let (session, ..) = yamux::connect(tokio::io::duplex(64).0, yamux::Mode::Client, Default::default());
    Api::over_netrpc(Client::new(ours), Broker::new(session))
}

#[tokio::test]
async fn every_method_says_what_server_it_needs() {
    let api = api_of(Ancient);
    for (go, oldest, call) in METHODS {
        let error = call(api.clone()).await.unwrap_err();
        assert!(
            matches!(&error, ApiError::Unsupported { method, since } if (method, since) == (go, oldest)),
            "{go}: {error}"
        );
    }
    assert!(METHODS.len() > 220, "only {} methods", METHODS.len());
}

#[tokio::test]
async fn a_reply_of_zeros_is_read_by_every_method() {
    let api = api_of(Silent);
    let mut nothing = Vec::new();
    for (go, _, call) in METHODS {
        match call(api.clone()).await {
            Ok(()) => {}
            Err(ApiError::Rpc { method, .. }) => nothing.push(method),
            Err(error) => panic!("{go}: {error}"),
        }
    }
    for (method, is_failure) in
        [("GetUser", true), ("GetConfig", true), ("GetLicense", false), ("KVGet", false)]
    {
        assert_eq!(nothing.contains(&method), is_failure, "{method}");
    }
}
