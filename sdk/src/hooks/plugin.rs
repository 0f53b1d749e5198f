//! What `#[mmplugin::plugin]` writes about a type.

use super::Hook;
use crate::runtime::Handler;
use crate::settings::Settings;

/// A type that is a plugin: it has an id, a manifest and a list of implemented hooks.
///
/// Written by [`#[mmplugin::plugin]`](macro@crate::plugin) above `impl Hooks for …`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Hooks` without `#[mmplugin::plugin]`",
    label = "not a plugin",
    note = "add `#[mmplugin::plugin(id = \"com.example.my-plugin\")]` above the `impl Hooks for {Self}` block"
)]
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The settings in the System Console; `()` for none.
    type Settings: Settings;
    /// The id by which the server knows the plugin.
    const ID: &'static str;
    /// The name that the System Console shows.
    const NAME: &'static str;
    /// The plugin's version.
    const VERSION: &'static str;
    /// The hooks that the server shall call.
    const IMPLEMENTED: &'static [&'static Hook];
    /// What serves the calls of those of them that are not the runtime's own.
    #[doc(hidden)]
    const HANDLERS: &'static [Handler];
    /// Go names of the hooks and API methods that the plugin gets on without.
    const OPTIONAL: &'static [&'static str];
    /// The manifest as JSON, without what the bundle adds and without `settings_schema`.
    const MANIFEST: &'static str;
    /// What the executable carries for `cargo mmplugin bundle`.
    #[doc(hidden)]
    const RECORDS: &'static [u8];
}
