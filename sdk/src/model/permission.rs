//! Permissions by their ids.

use super::Permission;

macro_rules! permissions {
    ($($name:ident = $id:literal, $docs:literal;)*) => {
        /// # Ids of the permissions that plugins ask for most
        impl Permission {
            $(
                #[doc = $docs]
                pub const $name: &'static str = $id;
            )*
        }
    };
}

permissions! {
    MANAGE_SYSTEM = "manage_system", "Everything: system administrators.";
    MANAGE_TEAM = "manage_team", "Settings of a team.";
    VIEW_TEAM = "view_team", "See a team.";
    CREATE_TEAM = "create_team", "Make teams.";
    ADD_USER_TO_TEAM = "add_user_to_team", "Add people to a team.";
    READ_CHANNEL = "read_channel", "See a channel and its members.";
    READ_CHANNEL_CONTENT = "read_channel_content", "Read the posts of a channel.";
    CREATE_POST = "create_post", "Post in a channel.";
    EDIT_POST = "edit_post", "Change one's own posts.";
    DELETE_OTHERS_POSTS = "delete_others_posts", "Delete posts of others.";
    ADD_REACTION = "add_reaction", "React to posts.";
    UPLOAD_FILE = "upload_file", "Upload files.";
    CREATE_PUBLIC_CHANNEL = "create_public_channel", "Make public channels.";
    CREATE_PRIVATE_CHANNEL = "create_private_channel", "Make private channels.";
    MANAGE_CHANNEL_ROLES = "manage_channel_roles", "Make people administrators of a channel.";
    MANAGE_PUBLIC_CHANNEL_PROPERTIES = "manage_public_channel_properties", "Names and header of public channels.";
    MANAGE_PRIVATE_CHANNEL_PROPERTIES = "manage_private_channel_properties", "Names and header of private channels.";
    EDIT_OTHER_USERS = "edit_other_users", "Change other users.";
    USE_CHANNEL_MENTIONS = "use_channel_mentions", "Mention all of a channel.";
}

impl Permission {
    /// The permission of that id, as asking for it needs it.
    ///
    /// ```
    /// use mmplugin::model::Permission;
    ///
    /// assert_eq!(Permission::new(Permission::MANAGE_SYSTEM).id, "manage_system");
    /// ```
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_id_is_set() {
        let permission = Permission::new("manage_team");
        assert_eq!(permission.id, Permission::MANAGE_TEAM);
        assert_eq!(permission, Permission { id: "manage_team".into(), ..Permission::default() });
    }
}
