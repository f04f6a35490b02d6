//! `user/get_user_info`: who the member is, as every sign-in asks right after the access token.

use futures_util::FutureExt;
use shared::Ctx;
use shared::qzone::{Call, Error, Handle, Operation, Output, Param, Shape};
use shared::store::Consistency;
use shared::store::member::{self, Gender};
use shared::store::oauth::{self, Token};

/// The operation.
pub static OPERATION: Operation = Operation {
    package: env!("CARGO_PKG_NAME"),
    name: "get_user_info",
    path: "/user/get_user_info",
    words: "tells who the member is: nickname, figureurl, figureurl_1, figureurl_2, gender",
    get: true,
    shape: Shape::Data(""),
    params: &[Param {
        name: "format",
        words: "`xml` instead of JSON",
        example: None,
    }],
    handle: Handle::Member(|ctx, call| handle(ctx, call).boxed()),
};

async fn handle(ctx: &Ctx, call: Call<'_, Token>) -> Result<Output, Error> {
    if !oauth::use_nonce(ctx, call.nonce()).await? {
        return Err(Error::Nonce);
    }
    let member = member::by_uid(ctx, call.token.uid, Consistency::Strong).await?;
    let member = member.ok_or(Error::Token)?;
    let figure = |size: u32| {
        let (consumer, openid) = (&call.consumer.key, &call.token.openid);
        format!("http://qzapp.qlogo.cn/qzapp/{consumer}/{openid}/{size}")
    };
    Ok(Output(vec![
        ("nickname", member.nick),
        ("figureurl", figure(30)),
        ("figureurl_1", figure(50)),
        ("figureurl_2", figure(100)),
        // As the original: who has not said counts as male.
        (
            "gender",
            match member.gender {
                None | Some(Gender::Male) => "男".to_owned(),
                Some(Gender::Female) => "女".to_owned(),
            },
        ),
    ]))
}
