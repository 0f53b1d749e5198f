//! JSON of the types that Go does not write field by field.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    ChannelId, ChannelType, GroupId, GroupSyncable, GroupSyncableType, PluginPropertyOption, StringMap,
    TeamId, TeamType, json,
};

/// A [`GroupSyncable`] in JSON: its id is the team's or the channel's.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Syncable {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<ChannelId>,
    #[serde(skip_serializing_if = "json::is_empty")]
    channel_display_name: String,
    #[serde(skip_serializing_if = "json::is_empty")]
    channel_type: ChannelType,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_id: Option<TeamId>,
    #[serde(skip_serializing_if = "json::is_empty")]
    team_display_name: String,
    #[serde(skip_serializing_if = "json::is_empty")]
    team_type: TeamType,
    #[serde(rename = "type", skip_serializing_if = "json::is_empty")]
    type_: GroupSyncableType,
    group_id: GroupId,
    auto_add: bool,
    scheme_admin: bool,
    create_at: i64,
    delete_at: i64,
    update_at: i64,
}

/// As Go writes it; without a known type, which Go refuses to write, there is no id in it.
impl Serialize for GroupSyncable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = Syncable {
            type_: self.type_.clone(),
            group_id: self.group_id.clone(),
            auto_add: self.auto_add,
            scheme_admin: self.scheme_admin,
            create_at: self.create_at,
            delete_at: self.delete_at,
            update_at: self.update_at,
            ..Syncable::default()
        };
        let team = match self.type_ {
            GroupSyncableType::Team => Some(TeamId::from(self.syncable_id.as_str())),
            GroupSyncableType::Channel => {
                json.channel_id = Some(ChannelId::from(self.syncable_id.as_str()));
                json.channel_display_name.clone_from(&self.channel_display_name);
                json.channel_type.clone_from(&self.channel_type);
                Some(self.team_id.clone()).filter(|id| !id.is_empty())
            }
            _ => return json.serialize(serializer),
        };
        json.team_id = team;
        json.team_display_name.clone_from(&self.team_display_name);
        json.team_type.clone_from(&self.team_type);
        json.serialize(serializer)
    }
}

/// What Go writes; Go itself reads the ids and `auto_add` only.
impl<'de> Deserialize<'de> for GroupSyncable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Syncable::deserialize(deserializer)?;
        let (type_, syncable_id, team_id) = match (json.channel_id, json.team_id) {
            (Some(id), team) if !id.is_empty() => {
                (GroupSyncableType::Channel, id.into_string(), team.unwrap_or_default())
            }
            (_, Some(id)) => (GroupSyncableType::Team, id.into_string(), TeamId::default()),
            _ => (json.type_, String::new(), TeamId::default()),
        };
        Ok(Self {
            group_id: json.group_id,
            syncable_id,
            auto_add: json.auto_add,
            scheme_admin: json.scheme_admin,
            create_at: json.create_at,
            delete_at: json.delete_at,
            update_at: json.update_at,
            type_,
            channel_display_name: json.channel_display_name,
            team_display_name: json.team_display_name,
            team_type: json.team_type,
            channel_type: json.channel_type,
            team_id,
        })
    }
}

impl Serialize for PluginPropertyOption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.data.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PluginPropertyOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let data = Option::<StringMap>::deserialize(deserializer)?;
        Ok(Self { data: data.unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_link_of_a_group_names_what_it_is_linked_to() {
        let common = json!({
            "group_id": "g", "auto_add": true, "scheme_admin": false, "create_at": 1, "delete_at": 0, "update_at": 2,
        });
        let base = GroupSyncable {
            group_id: "g".into(),
            syncable_id: "s".into(),
            auto_add: true,
            create_at: 1,
            update_at: 2,
            ..GroupSyncable::default()
        };
        let team = GroupSyncable { type_: GroupSyncableType::Team, ..base.clone() };
        let channel = GroupSyncable { type_: GroupSyncableType::Channel, team_id: "t".into(), ..base };
        for (value, own) in [
            (team, json!({"type": "Team", "team_id": "s"})),
            (channel, json!({"type": "Channel", "channel_id": "s", "team_id": "t"})),
        ] {
            let mut wanted = common.clone();
            wanted.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            let json = serde_json::to_value(&value).unwrap();
            assert_eq!(json, wanted);
            assert_eq!(serde_json::from_value::<GroupSyncable>(json).unwrap(), value);
        }
        let unset = serde_json::to_value(GroupSyncable::default()).unwrap();
        assert!(unset.get("team_id").is_none() && unset.get("type").is_none(), "{unset}");
    }

    #[test]
    fn an_option_of_a_property_is_the_map_in_it() {
        let option: PluginPropertyOption = serde_json::from_value(json!({"id": "i", "name": "n"})).unwrap();
        assert_eq!(option.data.get("name"), Some("n"));
        assert_eq!(serde_json::to_value(&option).unwrap(), json!({"id": "i", "name": "n"}));
        assert_eq!(serde_json::from_value::<PluginPropertyOption>(json!(null)).unwrap().data.len(), 0);
    }
}
