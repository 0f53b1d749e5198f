//! Keys of the settings' attributes.

#[derive(mmplugin::Settings)]
#[settings(head = "x")]
struct Config {
    #[setting(dispaly_name = "Time")]
    time: String,
    #[setting(kind = "longtxt")]
    text: String,
    #[setting(hosting = "on-premise")]
    place: String,
    #[setting(key = "no spaces please")]
    spaced: String,
    #[setting(default = "a", default = "b")]
    twice: String,
    #[setting(key = "TIME")]
    clash: bool,
}

fn main() {}
