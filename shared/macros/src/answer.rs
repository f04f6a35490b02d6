//! Structs that are written as answers.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Error, Expr, Field, LitStr};

use crate::fields::{made_static, name, named, words};

/// The content of a field's `#[serde(…)]` and `#[answer(…)]`.
#[derive(Default)]
struct Rules {
    name: Option<LitStr>,
    schema: Option<Expr>,
    is_optional: bool,
    is_flattened: bool,
}

impl Rules {
    fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut rules = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("serde") {
                attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("rename") {
                        rules.name = Some(meta.value()?.parse()?);
                    } else if meta.path.is_ident("flatten") {
                        rules.is_flattened = true;
                    } else {
                        rules.is_optional |= meta.path.is_ident("skip_serializing_if");
                        if meta.input.peek(syn::Token![=]) {
                            meta.value()?.parse::<Expr>()?;
                        }
                    }
                    Ok(())
                })?;
            } else if attribute.path().is_ident("answer") {
                attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("schema") {
                        rules.schema = Some(meta.value()?.parse()?);
                        return Ok(());
                    }
                    Err(meta.error("no such rule of an answer"))
                })?;
            }
        }
        Ok(rules)
    }
}

fn fields(field: &Field) -> syn::Result<TokenStream> {
    let rules = Rules::of(&field.attrs)?;
    let ty = made_static(&field.ty);
    let schema = match &rules.schema {
        Some(schema) => quote!(#schema),
        None => quote!(<#ty as ::weiquan::schema::Answer>::SCHEMA),
    };
    if rules.is_flattened {
        return Ok(quote!((#schema).fields()));
    }
    let words = words(&field.attrs);
    if words.is_empty() {
        let missing = "a comment must say what the field means";
        return Err(Error::new_spanned(field, missing));
    }
    let name = match &rules.name {
        Some(name) => name.value(),
        None => name(field),
    };
    let is_optional = rules.is_optional;
    // A field that is left out when it has no value is never null when it is there.
    let schema = match is_optional {
        true => quote!((#schema).without_null()),
        false => schema,
    };
    Ok(quote! {
        &[::weiquan::schema::Field {
            name: #name,
            words: #words,
            schema: #schema,
            optional: #is_optional,
        }]
    })
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let parts: Vec<TokenStream> = named(input)?
        .iter()
        .map(fields)
        .collect::<syn::Result<_>>()?;
    let ident = &input.ident;
    let name = ident.to_string();
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::weiquan::schema::Answer for #ident #ty_generics #where_clause {
            const SCHEMA: ::weiquan::schema::Schema = {
                const PARTS: &[&[::weiquan::schema::Field]] = &[#(#parts),*];
                const LEN: usize = ::weiquan::schema::total(PARTS);
                const ALL: [::weiquan::schema::Field; LEN] =
                    ::weiquan::schema::joined(PARTS, ::weiquan::schema::Field::NONE);
                ::weiquan::schema::Schema::Object { name: #name, fields: &ALL }
            };
        }
    })
}
