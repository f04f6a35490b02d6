//! What both kinds of derives read from a struct.

use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Lit, Meta, Token};

/// The named fields of a struct.
pub(crate) fn named(input: &DeriveInput) -> syn::Result<&Punctuated<Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            fields => Err(Error::new_spanned(fields, "the fields need names")),
        },
        _ => Err(Error::new_spanned(&input.ident, "this is no struct")),
    }
}

/// The name of a field on the wire, unless an attribute says otherwise.
pub(crate) fn name(field: &Field) -> String {
    let name = field.ident.as_ref().map(ToString::to_string);
    let name = name.unwrap_or_default();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

/// The documentation comment in one line, without the full stop at its end.
pub(crate) fn words(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    let words = lines.collect::<Vec<_>>().join(" ");
    words.trim().trim_end_matches('.').to_owned()
}

/// The tokens with every lifetime replaced by `'static`, because constants cannot use those of the struct.
pub(crate) fn made_static(tokens: &impl ToTokens) -> TokenStream {
    let mut is_lifetime = false;
    let made = tokens.to_token_stream().into_iter().map(|token| {
        let was_quote = std::mem::take(&mut is_lifetime);
        match token {
            TokenTree::Group(group) => {
                let inner = made_static(&group.stream());
                let mut made = Group::new(group.delimiter(), inner);
                made.set_span(group.span());
                TokenTree::Group(made)
            }
            TokenTree::Ident(name) if was_quote => {
                TokenTree::Ident(Ident::new("static", name.span()))
            }
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                is_lifetime = true;
                let mut quote = Punct::new('\'', Spacing::Joint);
                quote.set_span(mark.span());
                TokenTree::Punct(quote)
            }
            other => other,
        }
    });
    made.collect()
}
