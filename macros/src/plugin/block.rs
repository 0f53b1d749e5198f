//! The `impl Hooks for …` block: which hooks it has.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::{Attribute, Ident, ImplItem, Item, ItemImpl, Meta, Type};

use super::generated::NAMES;
use crate::diag::Faults;
use crate::meta::Entries;

/// Hooks that the runtime serves itself.
const RUNTIMES_OWN: &[&str] = &["activate", "on_deactivate", "on_configuration_change"];

/// How the attribute is used, for faults.
const USAGE: &str = "put the attribute above the block:\n\
    #[mmplugin::plugin(id = \"com.example.my-plugin\")]\nimpl Hooks for MyPlugin { … }";

pub(super) struct Block {
    pub(super) self_type: Type,
    /// Whether the compiler can say anything sensible about it; why not has been noted.
    pub(super) usable: bool,
    /// The `#[cfg]`s of the whole block, which the compiler has not looked at yet.
    pub(super) cfgs: Vec<TokenStream>,
    methods: Vec<Method>,
}

struct Method {
    name: Ident,
    cfgs: Vec<TokenStream>,
}

impl Block {
    /// `None` when the item is nothing like a plugin; why has been noted.
    pub(super) fn read(item: TokenStream, faults: &mut Faults) -> Option<Self> {
        let item: Item = faults.ok(syn::parse2(item))?;
        let Item::Impl(block) = item else {
            let head = head_of(&item);
            faults.on(head, format!("`#[mmplugin::plugin]` works on an `impl Hooks for …` block\n{USAGE}"));
            return None;
        };
        check_trait(&block, faults)?;
        let usable = check_modifiers(&block, faults).is_ok();
        let cfgs = block.attrs.iter().filter_map(cfg).collect();
        let methods = block.items.iter().filter_map(|item| method(item, faults)).collect();
        Some(Self { self_type: *block.self_ty, usable, cfgs, methods })
    }

    /// The constants of the hooks to announce, each with the `#[cfg]`s of its method.
    ///
    /// Three are announced always, since the runtime handles them: `OnActivate`, `OnDeactivate` and, for plugins with
    /// settings, `OnConfigurationChange`.
    pub(super) fn implemented(&self, has_settings: bool) -> Vec<TokenStream> {
        let mut always = vec!["activate", "on_deactivate"];
        always.extend(has_settings.then_some("on_configuration_change"));
        let fixed = always.iter().map(|name| {
            let name = Ident::new(name, proc_macro2::Span::call_site());
            quote!(&::mmplugin::__private::hook::#name)
        });
        let written = self.methods.iter().filter(|method| method.is_hook_but(&always));
        fixed.chain(written.map(Method::constant)).collect()
    }

    /// What serves each of the hooks written here. Nothing else of the trait is compiled.
    pub(super) fn handlers(&self) -> Vec<TokenStream> {
        let written = self.methods.iter().filter(|method| method.is_hook_but(RUNTIMES_OWN));
        written.map(Method::handler).collect()
    }
}

impl Method {
    fn is_hook_but(&self, others: &[&str]) -> bool {
        let name = self.name.to_string();
        NAMES.contains(&name.as_str()) && !others.contains(&name.as_str())
    }

    fn handler(&self) -> TokenStream {
        let Self { name, cfgs } = self;
        let hook = quote_spanned!(name.span()=> ::mmplugin::__private::hook::#name);
        let call = quote_spanned!(name.span()=> ::mmplugin::__private::call::#name::<Self>);
        quote!(#(#cfgs)* ::mmplugin::__private::Handler::new(&#hook, #call))
    }

    fn constant(&self) -> TokenStream {
        let Self { name, cfgs } = self;
        let path = quote_spanned!(name.span()=> ::mmplugin::__private::hook::#name);
        quote!(#(#cfgs)* &#path)
    }
}

/// A method of the block. Names that are no hooks are left to the compiler, which says what the trait has.
fn method(item: &ImplItem, faults: &mut Faults) -> Option<Method> {
    match item {
        ImplItem::Fn(function) => Some(Method {
            name: function.sig.ident.clone(),
            cfgs: function.attrs.iter().filter_map(cfg).collect(),
        }),
        ImplItem::Macro(call) => {
            faults.on(
                call,
                "the attribute cannot see which hooks this macro writes, so the server would never call them: \
                 write the methods out",
            );
            None
        }
        _ => None,
    }
}

/// What `#[cfg]` and `#[cfg_attr(…, cfg(…))]` say about an item, without other attributes.
fn cfg(attribute: &Attribute) -> Option<TokenStream> {
    if attribute.path().is_ident("cfg") {
        return Some(attribute.to_token_stream());
    }
    let Meta::List(list) = &attribute.meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut entries = Entries::parse_terminated.parse2(list.tokens.clone()).ok()?.into_iter();
    let condition = entries.next()?;
    let cfgs: Vec<Meta> = entries.filter(|entry| entry.path().is_ident("cfg")).collect();
    (!cfgs.is_empty()).then(|| quote!(#[cfg_attr(#condition, #(#cfgs),*)]))
}

fn check_trait(block: &ItemImpl, faults: &mut Faults) -> Option<()> {
    let Some((path, _)) = &block.trait_ else {
        faults
            .on(&block.self_ty, format!("this block implements no trait: write `impl Hooks for …`\n{USAGE}"));
        return None;
    };
    if block.modifiers.polarity.is_some() || path.segments.last().is_none_or(|last| last.ident != "Hooks") {
        let message = format!("`#[mmplugin::plugin]` works on an `impl Hooks for …` block only\n{USAGE}");
        faults.on(path, message);
        return None;
    }
    Some(())
}

fn check_modifiers(block: &ItemImpl, faults: &mut Faults) -> Result<(), ()> {
    if let Some(unsafety) = &block.unsafety {
        faults.on(unsafety, "`Hooks` is a safe trait: remove `unsafe`");
        return Err(());
    }
    if !block.generics.params.is_empty() {
        faults.on(
            &block.generics.params,
            "a plugin is one concrete type, since the server starts one: this block cannot have parameters",
        );
        return Err(());
    }
    Ok(())
}

/// The part of an item that names it, so that the fault does not underline its whole body.
fn head_of(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Fn(item) => item.sig.ident.to_token_stream(),
        Item::Trait(item) => item.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        other => other.to_token_stream(),
    }
}
