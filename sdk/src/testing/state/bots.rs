//! Bots: accounts of their own beside their users.

use crate::api::ApiError;
use crate::model::{Bot, User, UserId};
use crate::testing::calls::*;

use super::{Found, State, missing, page, refused};

/// Where the server keeps which bot is the plugin's, among the plugin's own keys.
const BOT_KEY: &str = "mmi_botid";

fn no_bot() -> ApiError {
    missing("store.sql_bot.get.missing.app_error", "Bot does not exist.")
}

impl State {
    fn add_bot(&mut self, mut bot: Bot) -> Bot {
        let (id, at) = self.stamp(bot.user_id.as_str(), bot.create_at, "bot");
        (bot.user_id, bot.create_at, bot.update_at) = (id.into(), at, at);
        self.add_user(User {
            id: bot.user_id.clone(),
            username: bot.username.clone(),
            first_name: bot.display_name.clone(),
            email: format!("{}@localhost", bot.username),
            roles: "system_user".to_owned(),
            is_bot: true,
            bot_description: bot.description.clone(),
            ..User::default()
        });
        self.bots.push(bot.clone());
        bot
    }

    /// Changes a bot, and its user alike.
    fn change_bot(&mut self, id: &UserId, change: impl FnOnce(&mut Bot, i64)) -> Found<Bot> {
        let now = self.now();
        let bot = self.bots.iter_mut().find(|bot| bot.user_id == *id).ok_or_else(no_bot)?;
        change(bot, now);
        bot.update_at = now;
        let bot = bot.clone();
        self.change_user(id, |user, _| {
            user.username.clone_from(&bot.username);
            user.first_name.clone_from(&bot.display_name);
            user.bot_description.clone_from(&bot.description);
            user.delete_at = bot.delete_at;
        })?;
        Ok(bot)
    }
}

/// The methods.
impl State {
    pub(super) fn create_bot(&mut self, call: CreateBot) -> Found<Bot> {
        if self.users.iter().any(|user| user.username == call.bot.username) {
            return Err(refused(400, "app.user.save.username_exists.app_error", "The username is taken."));
        }
        Ok(self.add_bot(call.bot))
    }

    /// The bot that the plugin had before is found by a key in the plugin's own store, and gets the new names.
    pub(super) fn ensure_bot_user(&mut self, call: EnsureBotUser) -> Found<UserId> {
        let bot = call.bot;
        if bot.username.is_empty() {
            return Err(refused(400, "testing.bot.username", "passed a bot with no username"));
        }
        if let Some(id) = self.kv.get(BOT_KEY, self.now()) {
            let id = UserId::from(String::from_utf8_lossy(id).into_owned());
            let names = |old: &mut Bot, _| {
                *old = Bot {
                    username: bot.username,
                    display_name: bot.display_name,
                    description: bot.description,
                    ..old.clone()
                };
            };
            return self.change_bot(&id, names).map(|bot| bot.user_id);
        }
        if let Some(user) = self.users.iter().find(|user| user.username == bot.username) {
            let (id, is_bot) = (user.id.clone(), user.is_bot);
            if is_bot {
                self.kv.put(BOT_KEY.to_owned(), id.as_str().into(), 0);
            }
            return Ok(id);
        }
        let owner_id = self.plugin_id.clone();
        let bot = self.add_bot(Bot { owner_id, ..bot });
        self.kv.put(BOT_KEY.to_owned(), bot.user_id.as_str().into(), 0);
        Ok(bot.user_id)
    }

    pub(super) fn get_bot(&mut self, call: GetBot) -> Found<Bot> {
        let fits =
            |bot: &&Bot| bot.user_id == call.bot_user_id && (call.include_deleted || bot.delete_at == 0);
        self.bots.iter().find(fits).cloned().ok_or_else(no_bot)
    }

    pub(super) fn get_bots(&mut self, call: GetBots) -> Found<Vec<Bot>> {
        let options = call.options;
        let fits = |bot: &&Bot| {
            (options.include_deleted || bot.delete_at == 0)
                && (options.owner_id.is_empty() || bot.owner_id == options.owner_id)
        };
        Ok(page(self.bots.iter().filter(fits).cloned(), options.page, options.per_page))
    }

    pub(super) fn patch_bot(&mut self, call: PatchBot) -> Found<Bot> {
        let patch = call.bot_patch;
        self.change_bot(&call.bot_user_id, |bot, _| {
            bot.username = patch.username.unwrap_or_else(|| bot.username.clone());
            bot.display_name = patch.display_name.unwrap_or_else(|| bot.display_name.clone());
            bot.description = patch.description.unwrap_or_else(|| bot.description.clone());
        })
    }

    pub(super) fn update_bot_active(&mut self, call: UpdateBotActive) -> Found<Bot> {
        self.change_bot(&call.bot_user_id, |bot, now| bot.delete_at = if call.active { 0 } else { now })
    }

    pub(super) fn permanent_delete_bot(&mut self, call: PermanentDeleteBot) -> Found<()> {
        let before = self.bots.len();
        self.bots.retain(|bot| bot.user_id != call.bot_user_id);
        self.users.retain(|user| user.id != call.bot_user_id);
        if self.bots.len() == before { Err(no_bot()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::status;
    use super::*;

    fn bot(username: &str) -> Bot {
        Bot { username: username.into(), ..Bot::default() }
    }

    #[test]
    fn a_plugin_has_one_bot_whatever_it_is_called() {
        let state = &mut State { plugin_id: "com.example.p".into(), ..State::default() };
        let id = state.ensure_bot_user(EnsureBotUser { bot: bot("old") }).unwrap();
        assert_eq!(state.ensure_bot_user(EnsureBotUser { bot: bot("new") }).unwrap(), id);
        assert_eq!((state.users.len(), &*state.users[0].username), (1, "new"));
        assert_eq!((&*state.bots[0].username, &*state.bots[0].owner_id), ("new", "com.example.p"));
        assert_eq!(state.kv.keys(0), [BOT_KEY], "the server keeps it among the plugin's keys");
        assert_eq!(status(state.ensure_bot_user(EnsureBotUser { bot: bot("") })), 400);
    }

    #[test]
    fn a_user_of_that_name_is_taken_as_it_is() {
        let state = &mut State::default();
        let anna = state.add_user(User { username: "anna".into(), ..User::default() });
        assert_eq!(state.ensure_bot_user(EnsureBotUser { bot: bot("anna") }).unwrap(), anna.id);
        assert_eq!((state.bots.len(), state.kv.keys(0).len()), (0, 0));
    }

    #[test]
    fn bots_are_made_changed_switched_off_and_deleted() {
        let state = &mut State::default();
        let made = state.create_bot(CreateBot { bot: bot("bo") }).unwrap();
        assert!(state.create_bot(CreateBot { bot: bot("bo") }).is_err());
        let bot_patch = crate::model::BotPatch { display_name: Some("Bo".into()), ..Default::default() };
        let id = made.user_id;
        let patched = state.patch_bot(PatchBot { bot_user_id: id.clone(), bot_patch }).unwrap();
        assert_eq!((&*patched.username, &*patched.display_name), ("bo", "Bo"));
        state.update_bot_active(UpdateBotActive { bot_user_id: id.clone(), active: false }).unwrap();
        let get = |state: &mut State, include_deleted| {
            state.get_bot(GetBot { bot_user_id: id.clone(), include_deleted })
        };
        assert_eq!(status(get(state, false)), 404);
        assert!(get(state, true).unwrap().delete_at > 0);
        state.permanent_delete_bot(PermanentDeleteBot { bot_user_id: id.clone() }).unwrap();
        assert!(get(state, true).is_err() && state.users.is_empty());
    }
}
