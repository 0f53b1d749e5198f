//! Whole replies to calls of the API, as a hostile host may send them, over the plugin's whole connection.

use std::cell::LazyCell;

use mmplugin::model::*;
use mmplugin::prelude::*;
use mmplugin::testing::hostile;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: LazyCell<Runtime> =
        LazyCell::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));
}

/// Calls many methods at once when it is activated, and fails with the number of good answers.
struct Asking;

#[mmplugin::plugin(id = "com.example.asking", name = "Asking", min_server_version = "9.3.0")]
impl Hooks for Asking {
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        let api = &ctx.api;
        let (user, post, team) = (UserId::from("u"), PostId::from("p"), TeamId::from("t"));
        let (group, field, search) = ("g".into(), "f".into(), SearchParameter::default());
        let (user, config, posts, channels, value, list, found, field) = tokio::join!(
            api.get_user(&user),
            api.get_config(),
            api.get_post_thread(&post),
            api.get_channels_for_team_for_user(&team, &user, true),
            api.kv_get("k"),
            api.list_built_in_commands(),
            api.search_posts_in_team_for_user(&team, &user, &search),
            api.get_property_field(&group, &field),
        );
        let good = [
            user.is_ok(),
            config.is_ok(),
            posts.is_ok(),
            channels.is_ok(),
            value.is_ok(),
            list.is_ok(),
            found.is_ok(),
            field.is_ok(),
        ];
        Err(Error::msg(good.iter().filter(|good| **good).count().to_string()))
    }
}

/// Every pending call ends, the plugin lives on and answers; gives how many of its eight calls went well.
pub fn api(bytes: &[u8]) -> usize {
    let answer = RUNTIME.with(|runtime| runtime.block_on(hostile::api::<Asking>(bytes)));
    let answer = answer.expect("the plugin lives on").expect("it always refuses");
    // Before that its configuration may have failed.
    answer.parse().unwrap_or_default()
}
