//! The derives of `shared::schema`: what an operation takes and what it answers are structs, whose fields and
//! comments are the documentation too.
//!
//! [`derive@OkayInput`], [`derive@XweiboInput`] and [`derive@QzoneInput`] read a call's parameters in the order
//! of the fields; each family exports its own as `Input`. [`derive@Answer`] describes what `serde` writes.

mod answer;
mod fields;
mod input;

use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, parse_macro_input};

/// The parameters of an OkayAPI operation. Attributes of a field, in `#[param(…)]`:
///
/// * `example = "…"`: what a sample event sends;
/// * `len = 1..=50`: characters of a text;
/// * `range = 1..=100`: values of a number; an end that is missing is that of its type;
/// * `default = 10`: what counts where the parameter is absent;
/// * `required`: it must be there, where the type does not say so;
/// * `name = "…"`: its name, where the field cannot have it;
/// * `flatten`: the field's type has parameters of its own, which come in its place.
#[proc_macro_derive(OkayInput, attributes(param))]
pub fn okay_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::shared::okay::Params)))
}

/// The parameters of an Xweibo operation; attributes as of [`derive@OkayInput`].
#[proc_macro_derive(XweiboInput, attributes(param))]
pub fn xweibo_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::shared::xweibo::Params)))
}

/// The parameters of a QZone operation or page; attributes as of [`derive@OkayInput`].
#[proc_macro_derive(QzoneInput, attributes(param))]
pub fn qzone_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::shared::qzone::Params)))
}

/// What an operation answers, as `serde` writes it: `rename`, `flatten` and `skip_serializing_if` count.
/// `#[answer(schema = …)]` of a field gives a schema that its type does not have.
#[proc_macro_derive(Answer, attributes(answer, serde))]
pub fn answer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(answer::derive(&input))
}

fn finish(derived: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    derived
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
