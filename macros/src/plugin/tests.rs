//! The expansion, looked at as tokens.

use quote::quote;

use super::*;

fn expanded(attr: TokenStream, item: TokenStream) -> String {
    expand(attr, item).map(|tokens| tokens.to_string()).unwrap_or_else(|error| error.to_string())
}

fn manifest(attr: TokenStream, package: &manifest::Package) -> (String, String) {
    let mut faults = Faults::default();
    let attribute = attribute::Attribute::read(attr, &mut faults);
    let manifest = manifest::Manifest::new(&attribute, package, &mut faults);
    (manifest.json(), faults.to_tokens().to_string())
}

fn package() -> manifest::Package {
    manifest::Package {
        name: "my-plugin".into(),
        version: "1.2.3-rc.1".into(),
        description: "Says \"hello\"".into(),
        homepage: String::new(),
        repository: "https://example.com/repo".into(),
    }
}

#[test]
fn the_packages_fields_are_the_defaults() {
    let (json, faults) = manifest(quote!(id = "com.example.x"), &package());
    assert_eq!(
        json,
        r#"{"id":"com.example.x","name":"my-plugin","version":"1.2.3-rc.1","description":"Says \"hello\"","homepage_url":"https://example.com/repo"}"#
    );
    assert_eq!(faults, "");
}

#[test]
fn the_attributes_fields_win() {
    let (json, faults) = manifest(
        quote!(
            id = "com.example.x",
            name = "X",
            version = "2.0.0",
            description = "d",
            homepage_url = "https://a.example",
            support_url = "https://b.example",
            release_notes_url = "https://c.example",
            icon = "assets/icon.svg",
            min_server_version = "10.0.0",
            props(support_packet = "yes", nested(count = -2, on)),
        ),
        &package(),
    );
    assert_eq!(
        json,
        r#"{"id":"com.example.x","name":"X","version":"2.0.0","description":"d","homepage_url":"https://a.example","support_url":"https://b.example","release_notes_url":"https://c.example","icon_path":"assets/icon.svg","min_server_version":"10.0.0","props":{"nested":{"count":-2,"on":true},"support_packet":"yes"}}"#
    );
    assert_eq!(faults, "");
}

#[test]
fn a_repository_that_is_no_web_address_is_left_out() {
    let package = manifest::Package { repository: "git@example.com:x".into(), ..package() };
    let (json, _) = manifest(quote!(id = "com.example.x"), &package);
    assert!(!json.contains("homepage_url"), "{json}");
}

#[test]
fn every_fault_of_the_attribute_is_reported() {
    let (_, faults) = manifest(
        quote!(id = "A", version = "v1", icon = "icon.png", icon_path = 5, homepage_url = "x", wat = 1),
        &package(),
    );
    for part in ["3 to 190", "semantic version", "SVG", "another name", "web address", "unknown key `wat`"] {
        assert!(faults.contains(part), "{part}: {faults}");
    }
}

#[test]
fn the_block_stays_as_written_and_the_type_is_a_plugin_in_spite_of_faults() {
    let tokens = expanded(quote!(id = "NOT GOOD"), quote!(impl Hooks for X {}));
    assert!(tokens.contains("compile_error"), "{tokens}");
    assert!(tokens.contains("impl Hooks for X { }"), "{tokens}");
    assert!(tokens.contains("Plugin for X"), "{tokens}");
}

#[test]
fn hooks_are_announced_with_their_conditions() {
    let block = quote! {
        impl Hooks for X {
            async fn activate(ctx: Activation<()>) -> Result<Self, Error> { Ok(X) }
            #[cfg(feature = "chat")]
            #[cfg_attr(docsrs, doc = "x")]
            async fn message_will_be_posted(&self) {}
            #[cfg_attr(a, cfg(b), doc = "y")]
            async fn execute_command(&self) {}
            async fn not_a_hook(&self) {}
        }
    };
    let mut faults = Faults::default();
    let block =
        block::Block::read(block, &mut faults).map(|block| block.implemented(false)).unwrap_or_default();
    let lines: Vec<String> = block.iter().map(|tokens| tokens.to_string().replace(' ', "")).collect();
    assert_eq!(
        lines,
        [
            "&::mmplugin::__private::hook::activate",
            "&::mmplugin::__private::hook::on_deactivate",
            "#[cfg(feature=\"chat\")]&::mmplugin::__private::hook::message_will_be_posted",
            "#[cfg_attr(a,cfg(b))]&::mmplugin::__private::hook::execute_command",
        ]
    );
}

#[test]
fn only_the_hooks_that_are_written_get_handlers() {
    let block = quote! {
        impl Hooks for X {
            async fn activate(ctx: Activation<()>) -> Result<Self, Error> { Ok(X) }
            async fn on_configuration_change(&self) {}
            #[cfg(feature = "chat")]
            async fn message_will_be_posted(&self) {}
            async fn not_a_hook(&self) {}
        }
    };
    let mut faults = Faults::default();
    let block = block::Block::read(block, &mut faults).map(|block| block.handlers()).unwrap_or_default();
    let lines: Vec<String> = block.iter().map(|tokens| tokens.to_string().replace(' ', "")).collect();
    assert_eq!(
        lines,
        ["#[cfg(feature=\"chat\")]::mmplugin::__private::Handler::new(\
          &::mmplugin::__private::hook::message_will_be_posted,\
          ::mmplugin::__private::call::message_will_be_posted::<Self>)"]
    );
}

#[test]
fn a_block_that_is_compiled_out_takes_its_plugin_along() {
    let tokens = expanded(
        quote!(id = "com.example.x"),
        quote!(
            #[cfg(a)]
            #[doc = "x"]
            impl Hooks for X {}
        ),
    );
    assert!(tokens.contains("# [cfg (a)] const _ : ()"), "{tokens}");
}

#[test]
fn settings_announce_their_changes_once() {
    let item = quote! { impl Hooks for X { async fn on_configuration_change(&self) {} } };
    for (attr, count) in [(quote!(id = "com.example.x"), 1), (quote!(id = "com.example.x", settings = S), 1)]
    {
        let tokens = expanded(attr, item.clone());
        assert_eq!(tokens.matches("hook :: on_configuration_change").count(), count, "{tokens}");
    }
    let tokens = expanded(quote!(id = "com.example.x", settings = S), quote!(impl Hooks for X {}));
    assert!(tokens.contains("hook :: on_configuration_change"), "{tokens}");
    let tokens = expanded(quote!(id = "com.example.x"), quote!(impl Hooks for X {}));
    assert!(!tokens.contains("hook :: on_configuration_change"), "{tokens}");
}

#[test]
fn other_items_are_explained() {
    for (item, part) in [
        (
            quote!(
                struct X;
            ),
            "works on an `impl Hooks for",
        ),
        (quote!(impl X {}), "implements no trait"),
        (quote!(impl Clone for X {}), "block only"),
        (
            quote!(
                impl<T> Hooks for X<T> {}
            ),
            "one concrete type",
        ),
        (
            quote!(
                unsafe impl Hooks for X {}
            ),
            "remove `unsafe`",
        ),
        (quote!(impl Hooks for X { hooks!(); }), "write the methods out"),
    ] {
        let tokens = expanded(quote!(id = "com.example.x"), item.clone());
        assert!(tokens.contains(part), "{item}: {tokens}");
    }
}
