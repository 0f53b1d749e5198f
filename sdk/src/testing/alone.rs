//! The API alone, for tests of parts of a plugin.

use std::sync::Arc;

use crate::goplugin::Broker;
use crate::netrpc::{self, Client};
use crate::yamux::{self, Config, Mode};

use super::{Server, streams};

/// What a connection holds in each direction.
const ROOM: usize = 256 << 10;

/// Whom the server takes the plugin for, as long as no other has been started on it.
const PLUGIN: &str = "com.example.testing";

impl Server {
    /// The API of this server without a plugin: for tests of what a plugin is made of, a store or a command, say.
    ///
    /// The calls travel as those of a plugin do. Needs a tokio runtime.
    ///
    /// ```
    /// use mmplugin::{Api, ApiError, testing::Server};
    ///
    /// /// Something that a plugin is made of.
    /// async fn visits(api: &Api) -> Result<u8, ApiError> {
    ///     let count = api.kv_get("visits").await?.map_or(1, |value| value[0] + 1);
    ///     api.kv_set("visits", &[count]).await?;
    ///     Ok(count)
    /// }
    ///
    /// # mmplugin::testing::block_on(async {
    /// let server = Server::new();
    /// let api = server.api();
    /// assert_eq!(visits(&api).await?, 1);
    /// assert_eq!(visits(&api).await?, 2);
    /// assert_eq!(server.kv("visits"), Some(vec![2]));
    /// # Ok::<(), ApiError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn api(&self) -> crate::Api {
        let (ours, theirs) = tokio::io::duplex(ROOM);
        let (plugin, host) = (broker(ours, Mode::Server), broker(theirs, Mode::Client));
        let service = streams::Api { plugin: PLUGIN, server: self.clone(), broker: host };
        let (ours, theirs) = tokio::io::duplex(ROOM);
        tokio::spawn(netrpc::serve(theirs, Arc::new(service)));
        crate::Api::over_netrpc(Client::new(ours), plugin)
    }
}

/// One end of the connection for streams; it ends when all that hold on to it are gone.
fn broker(io: tokio::io::DuplexStream, mode: Mode) -> Broker {
    let (session, mut incoming, driver) = yamux::connect(io, mode, Config::default());
    tokio::spawn(driver);
    let broker = Broker::new(session);
    let arriving = broker.clone();
    tokio::spawn(async move {
        while let Some(stream) = incoming.accept().await {
            tokio::spawn(arriving.clone().arrived(stream));
        }
    });
    broker
}
