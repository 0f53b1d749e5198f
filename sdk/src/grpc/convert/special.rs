//! Types whose messages are of another form, each by hand.

use super::{Put, Take, yes};
use crate::grpc::proto::pluginapi as pb;
use crate::model::{
    AuditRecord, GetFileInfosOptions, GroupSearchOpts, PostList, PostSearchResults, PropertyFieldSearchOpts,
    PropertyValueSearchOpts, SidebarCategory, SidebarCategorySorting, SidebarCategoryWithChannels,
    WebsocketBroadcast,
};

/// The kinds of order by their numbers in the message: upstream gives none, so these are ours, in Go's order.
fn sorting(sorting: &SidebarCategorySorting) -> i32 {
    match sorting.as_str() {
        "manual" => 1,
        "recent" => 2,
        "alpha" => 3,
        _ => 0,
    }
}

fn sorting_of(number: i32) -> SidebarCategorySorting {
    SidebarCategorySorting::from(match number {
        1 => "manual",
        2 => "recent",
        3 => "alpha",
        _ => "",
    })
}

impl Put<pb::SidebarCategoryWithChannels> for SidebarCategoryWithChannels {
    fn put(&self) -> pb::SidebarCategoryWithChannels {
        let SidebarCategory {
            id,
            user_id,
            team_id,
            sorting: order,
            type_,
            display_name,
            muted,
            collapsed,
            ..
        } = &self.sidebar_category;
        pb::SidebarCategoryWithChannels {
            id: id.to_string(),
            user_id: user_id.to_string(),
            team_id: team_id.to_string(),
            display_name: display_name.clone(),
            r#type: type_.to_string(),
            sorting: sorting(order),
            muted: *muted,
            collapsed: *collapsed,
            channel_ids: self.channels.put(),
        }
    }
}

impl Take<pb::SidebarCategoryWithChannels> for SidebarCategoryWithChannels {
    fn take(m: pb::SidebarCategoryWithChannels) -> Self {
        let sidebar_category = SidebarCategory {
            id: m.id.into(),
            user_id: m.user_id.into(),
            team_id: m.team_id.into(),
            sorting: sorting_of(m.sorting),
            type_: m.r#type.into(),
            display_name: m.display_name,
            muted: m.muted,
            collapsed: m.collapsed,
            ..SidebarCategory::default()
        };
        Self { sidebar_category, channels: Take::take(m.channel_ids) }
    }
}

impl Put<pb::PostSearchResults> for PostSearchResults {
    fn put(&self) -> pb::PostSearchResults {
        let matches = self
            .matches
            .iter()
            .map(|(post, found)| (post.to_string(), pb::StringList { values: found.clone() }));
        pb::PostSearchResults {
            order: self.post_list.order.put(),
            posts: self.post_list.posts.put(),
            matches: matches.collect(),
        }
    }
}

impl Take<pb::PostSearchResults> for PostSearchResults {
    fn take(m: pb::PostSearchResults) -> Self {
        let matches = m.matches.into_iter().map(|(post, found)| (post.into(), found.values));
        let post_list =
            PostList { order: Take::take(m.order), posts: Take::take(m.posts), ..PostList::default() };
        Self { post_list, matches: matches.collect() }
    }
}

/// The server takes the connection that is left out from `connection_id`.
impl Put<pb::WebsocketBroadcast> for WebsocketBroadcast {
    fn put(&self) -> pb::WebsocketBroadcast {
        let omit = !self.omit_connection_id.is_empty();
        let connection = if omit { &self.omit_connection_id } else { &self.connection_id };
        pb::WebsocketBroadcast {
            omit_users: self
                .omit_users
                .iter()
                .filter(|(_, omit)| **omit)
                .map(|(user, _)| user.to_string())
                .collect(),
            user_id: self.user_id.to_string(),
            channel_id: self.channel_id.to_string(),
            team_id: self.team_id.to_string(),
            connection_id: connection.to_string(),
            omit_connection_id: omit,
            reliable_cluster_send: self.reliable_cluster_send,
            contention_free_broadcast: false,
        }
    }
}

/// One of each is all that the message has room for.
impl Put<pb::GetFileInfosOptions> for GetFileInfosOptions {
    fn put(&self) -> pb::GetFileInfosOptions {
        pb::GetFileInfosOptions {
            user_id: self.user_ids.first().map(ToString::to_string).unwrap_or_default(),
            channel_id: self.channel_ids.first().map(ToString::to_string).unwrap_or_default(),
            include_deleted: self.include_deleted,
            sort_by: self.sort_by.to_string(),
            sort_order: if self.sort_descending { "desc".to_owned() } else { String::new() },
        }
    }
}

impl Put<pb::GroupSearchOpts> for GroupSearchOpts {
    fn put(&self) -> pb::GroupSearchOpts {
        let pages = self.page_opts.as_ref();
        pb::GroupSearchOpts {
            q: self.q.clone(),
            include_member_count: self.include_member_count,
            include_total_member_count: false,
            filter_allow_reference: yes(&self.filter_allow_reference),
            page_opts_page: pages.map(|pages| pages.page.put()).unwrap_or_default(),
            page_opts_per_page: pages.map(|pages| pages.per_page.put()).unwrap_or_default(),
            filter_archived: self.filter_archived,
            filter_parent_team_permitted: self.filter_parent_team_permitted,
            source: self.source.to_string(),
            filter_has_member: !self.filter_has_member.is_empty(),
            since: super::number_text(&self.since),
            include_channel_member_count: !self.include_channel_member_count.is_empty(),
            include_timezones: self.include_timezones,
        }
    }
}

impl Put<pb::PropertyFieldSearchOpts> for PropertyFieldSearchOpts {
    fn put(&self) -> pb::PropertyFieldSearchOpts {
        pb::PropertyFieldSearchOpts {
            page: 0,
            per_page: self.per_page.put(),
            include_deleted: self.include_deleted,
            target_type: self.target_type.clone(),
            target_id: self.target_ids.first().cloned().unwrap_or_default(),
        }
    }
}

impl Put<pb::PropertyValueSearchOpts> for PropertyValueSearchOpts {
    fn put(&self) -> pb::PropertyValueSearchOpts {
        pb::PropertyValueSearchOpts {
            page: 0,
            per_page: self.per_page.put(),
            include_deleted: self.include_deleted,
            target_type: self.target_type.clone(),
            target_id: self.target_ids.first().cloned().unwrap_or_default(),
            field_id: self.field_id.to_string(),
        }
    }
}

impl Put<pb::AuditRecord> for AuditRecord {
    fn put(&self) -> pb::AuditRecord {
        pb::AuditRecord {
            event: self.event_name.clone(),
            status: self.status.to_string(),
            user_id: self.actor.user_id.to_string(),
            session_id: self.actor.session_id.to_string(),
            client: self.actor.client.clone(),
            ip_address: self.actor.ip_address.clone(),
            meta: Some(self.meta.put()),
            ..pb::AuditRecord::default()
        }
    }
}
