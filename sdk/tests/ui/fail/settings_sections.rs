//! Sections that System Consoles cannot show, and keys that mean nothing beside them.

#[derive(mmplugin::Settings)]
struct Connection {
    url: String,
}

#[derive(mmplugin::Settings)]
struct NoFooter {
    #[setting(section, secret, default = "x")]
    connection: Connection,
    #[setting(flatten, key = "Other")]
    other: Connection,
    #[setting(section, flatten)]
    both: Connection,
    #[setting(custom)]
    plain: String,
}

#[derive(mmplugin::Settings)]
#[settings(footer = "x")]
struct SameKeys {
    plain: String,
    #[setting(section)]
    general: Connection,
    #[setting(section, key = "GENERAL")]
    other: Connection,
}

fn main() {}
