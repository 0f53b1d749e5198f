//! The expansion does not depend on what names mean where it stands.

#![allow(dead_code, non_camel_case_types)]

mod plugin {
    type Option = ();
    type Result = ();
    type String = ();
    type str = ();
    type u8 = ();
    type usize = ();
    mod core {}
    mod std {}
    fn Some() {}

    #[derive(::mmplugin::Settings)]
    pub struct Config {
        #[setting(default = 3)]
        default: i64,
        #[setting(default = "x")]
        reader: ::std::string::String,
        #[setting(default = 5)]
        object: ::std::option::Option<i16>,
        r#type: bool,
    }

    pub struct Greeter;

    #[::mmplugin::plugin(id = "com.example.greeter", settings = Config)]
    impl ::mmplugin::Hooks for Greeter {
        async fn activate(
            _: ::mmplugin::Activation<Config>,
        ) -> ::std::result::Result<Self, ::mmplugin::Error> {
            ::std::result::Result::Ok(Self)
        }
    }
}

fn main() {
    use mmplugin::Settings;
    assert!(plugin::Config::SCHEMA.contains("\"key\":\"Type\""));
}
