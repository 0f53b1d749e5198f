//! The `plugin` attribute: the block as written, what it implements as constants, the manifest in the executable.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Faults;

pub(crate) mod attribute;
mod block;
mod generated;
mod manifest;
mod validate;

/// Never fails: with faults the type is a plugin all the same, so that the compiler adds no misleading errors.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut faults = Faults::default();
    let block = match block::Block::read(item.clone(), &mut faults) {
        Some(block) => block,
        None => {
            let faults = faults.to_tokens();
            return Ok(quote! { #faults #item });
        }
    };
    if !block.usable {
        return Ok(faults.to_tokens());
    }
    let cargo = manifest::Package::from_env();
    let attribute = attribute::Attribute::read(attr, &mut faults);
    let manifest = manifest::Manifest::new(&attribute, &cargo, &mut faults);
    let plugin = plugin_impl(&block, &attribute, &manifest);
    let faults = faults.to_tokens();
    Ok(quote! { #faults #item #plugin })
}

fn plugin_impl(
    block: &block::Block,
    attribute: &attribute::Attribute,
    manifest: &manifest::Manifest,
) -> TokenStream {
    let (this, cfgs) = (&block.self_type, &block.cfgs);
    let settings = attribute.settings.as_ref().map_or_else(|| quote!(()), |settings| quote!(#settings));
    let hooks = block.implemented(attribute.settings.is_some());
    let handlers = block.handlers();
    let optional = &attribute.optional;
    let manifest::Manifest { id, name, version, .. } = manifest;
    let json = manifest.json();
    quote! {
        #(#cfgs)*
        const _: () = {
            // Rebuilds when a default taken from Cargo.toml changes.
            const _: [::core::option::Option<&::core::primitive::str>; 5] = [
                ::core::option_env!("CARGO_PKG_NAME"),
                ::core::option_env!("CARGO_PKG_VERSION"),
                ::core::option_env!("CARGO_PKG_DESCRIPTION"),
                ::core::option_env!("CARGO_PKG_HOMEPAGE"),
                ::core::option_env!("CARGO_PKG_REPOSITORY"),
            ];
            const LENGTH: ::core::primitive::usize = ::mmplugin::__private::record::length::<#this>();
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mm_manifest"))]
            #[cfg_attr(windows, unsafe(link_section = ".mm_man"))]
            #[cfg_attr(not(any(target_vendor = "apple", windows)), unsafe(link_section = ".mm_manifest"))]
            static RECORDS: [::core::primitive::u8; LENGTH] =
                ::mmplugin::__private::record::bytes::<#this, LENGTH>();

            #[automatically_derived]
            impl ::mmplugin::__private::Plugin for #this {
                type Settings = #settings;
                const ID: &'static ::core::primitive::str = #id;
                const NAME: &'static ::core::primitive::str = #name;
                const VERSION: &'static ::core::primitive::str = #version;
                const IMPLEMENTED: &'static [&'static ::mmplugin::__private::Hook] = &[#(#hooks),*];
                const HANDLERS: &'static [::mmplugin::__private::Handler] = &[#(#handlers),*];
                const OPTIONAL: &'static [&'static ::core::primitive::str] = &[#(#optional),*];
                const MANIFEST: &'static ::core::primitive::str = #json;
                const RECORDS: &'static [::core::primitive::u8] = &RECORDS;
            }
        };
    }
}

#[cfg(test)]
mod tests;
