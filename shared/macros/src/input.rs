//! Structs that are read from a call's parameters.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Error, Expr, ExprRange, Field, LitStr, RangeLimits, Type};

use crate::fields::{made_static, name, named, words};

/// The content of a field's `#[param(…)]`.
#[derive(Default)]
struct Rules {
    name: Option<LitStr>,
    example: Option<Expr>,
    len: Option<ExprRange>,
    range: Option<ExprRange>,
    default: Option<Expr>,
    is_required: bool,
    is_flattened: bool,
}

impl Rules {
    fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut rules = Self::default();
        for attribute in attributes {
            if !attribute.path().is_ident("param") {
                continue;
            }
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("required") {
                    rules.is_required = true;
                } else if meta.path.is_ident("flatten") {
                    rules.is_flattened = true;
                } else if meta.path.is_ident("name") {
                    rules.name = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("example") {
                    rules.example = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("default") {
                    rules.default = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("len") {
                    rules.len = Some(range(meta.value()?.parse()?)?);
                } else if meta.path.is_ident("range") {
                    rules.range = Some(range(meta.value()?.parse()?)?);
                } else {
                    return Err(meta.error("no such rule of a parameter"));
                }
                Ok(())
            })?;
        }
        Ok(rules)
    }
}

/// A range that includes both ends, or is open at one.
fn range(expr: Expr) -> syn::Result<ExprRange> {
    match expr {
        Expr::Range(range)
            if range.end.is_none() || matches!(range.limits, RangeLimits::Closed(_)) =>
        {
            Ok(range)
        }
        other => Err(Error::new_spanned(other, "a range such as `1..=50`")),
    }
}

fn ends(range: &ExprRange, number: &TokenStream) -> (TokenStream, TokenStream) {
    let start = range.start.as_ref();
    let end = range.end.as_ref();
    (
        start.map_or_else(|| quote!(#number::MIN), |start| quote!(#start)),
        end.map_or_else(|| quote!(#number::MAX), |end| quote!(#end)),
    )
}

/// The constant that describes a parameter.
fn param(field: &Field, rules: &Rules, source: &TokenStream) -> syn::Result<TokenStream> {
    let words = words(&field.attrs);
    if words.is_empty() {
        let missing = "a comment must say what the parameter means";
        return Err(Error::new_spanned(field, missing));
    }
    let name = match &rules.name {
        Some(name) => name.value(),
        None => name(field),
    };
    let ty = made_static(&field.ty);
    let mut kind = quote!(<#ty as ::weiquan::schema::FromParam<'static, #source>>::KIND);
    if let Some(len) = &rules.len {
        let (min, max) = ends(len, &quote!(usize));
        kind = quote!(#kind.len(#min, #max));
    }
    if let Some(range) = &rules.range {
        let (min, max) = ends(range, &quote!(i64));
        kind = quote!(#kind.range(#min, #max));
    }
    if let Some(default) = &rules.default {
        kind = quote!(#kind.default(#default));
    }
    let is_required = match (rules.is_required, &rules.default) {
        (true, _) => quote!(true),
        (false, Some(_)) => quote!(false),
        (false, None) => quote!(<#ty as ::weiquan::schema::FromParam<'static, #source>>::REQUIRED),
    };
    let example = match &rules.example {
        Some(example) => quote!(::core::option::Option::Some(#example)),
        None => quote!(::core::option::Option::None),
    };
    Ok(quote! {
        ::weiquan::schema::Param {
            name: #name,
            words: #words,
            kind: #kind,
            required: #is_required,
            example: #example,
        }
    })
}

pub(crate) fn derive(input: &DeriveInput, source: &TokenStream) -> syn::Result<TokenStream> {
    let mut parts = Vec::new();
    let mut reads = Vec::new();
    for field in named(input)? {
        let rules = Rules::of(&field.attrs)?;
        let (ident, ty): (_, &Type) = (&field.ident, &field.ty);
        if rules.is_flattened {
            let ty = made_static(ty);
            parts.push(quote!(<#ty as ::weiquan::schema::Input<'static, #source>>::PARAMS));
            reads.push(quote!(#ident: ::weiquan::schema::Input::read(source)?));
        } else {
            let param = param(field, &rules, source)?;
            parts.push(quote!(&[#param]));
            reads.push(quote! {
                #ident: {
                    const PARAM: ::weiquan::schema::Param = #param;
                    ::weiquan::schema::FromParam::read(source, &PARAM)?
                }
            });
        }
    }
    let (ident, generics) = (&input.ident, &input.generics);
    let (_, ty_generics, _) = generics.split_for_impl();
    let lifetime = match generics.lifetimes().next() {
        Some(own) => {
            let own = &own.lifetime;
            quote!(#own)
        }
        None => quote!('a),
    };
    Ok(quote! {
        #[automatically_derived]
        impl<#lifetime> ::weiquan::schema::Input<#lifetime, #source> for #ident #ty_generics {
            const PARAMS: &'static [::weiquan::schema::Param] = {
                const PARTS: &[&[::weiquan::schema::Param]] = &[#(#parts),*];
                const LEN: usize = ::weiquan::schema::total(PARTS);
                const ALL: [::weiquan::schema::Param; LEN] =
                    ::weiquan::schema::joined(PARTS, ::weiquan::schema::Param::NONE);
                &ALL
            };

            fn read(
                source: &#lifetime #source,
            ) -> ::core::result::Result<Self, <#source as ::weiquan::schema::Source>::Error> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
    })
}
