//! The derives of `weiquan::schema`. The parameters and the answer of an operation are structs. Their fields and
//! comments are also the documentation.
//!
//! [`derive@OkayInput`], [`derive@XweiboInput`] and [`derive@QzoneInput`] read a call's parameters in the order of
//! the fields. Each family exports its own as `Input`. [`derive@Answer`] describes what `serde` writes.

mod answer;
mod fields;
mod input;

use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, parse_macro_input};

/// The parameters of an OkayAPI operation. Attributes of a field, in `#[param(…)]`:
///
/// * `example = "…"`: the value in a sample event;
/// * `len = 1..=50`: the number of characters in a text;
/// * `range = 1..=100`: the values of a number; a missing end is that of the type;
/// * `default = 10`: the value of an absent parameter;
/// * `required`: the parameter is required, although the type does not say so;
/// * `name = "…"`: its name, if the field cannot have it;
/// * `flatten`: the parameters of the field's type take the place of this one.
#[proc_macro_derive(OkayInput, attributes(param))]
pub fn okay_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::weiquan::okay::Params)))
}

/// The parameters of an Xweibo operation. The attributes are those of [`derive@OkayInput`].
#[proc_macro_derive(XweiboInput, attributes(param))]
pub fn xweibo_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::weiquan::xweibo::Params)))
}

/// The parameters of a QZone operation or page. The attributes are those of [`derive@OkayInput`].
#[proc_macro_derive(QzoneInput, attributes(param))]
pub fn qzone_input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(input::derive(&input, &quote!(::weiquan::qzone::Params)))
}

/// The answer of an operation, as `serde` writes it. `rename`, `flatten` and `skip_serializing_if`
/// are respected. `#[answer(schema = …)]` on a field sets the schema if its type has none.
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
