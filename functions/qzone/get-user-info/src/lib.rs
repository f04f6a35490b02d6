//! `user/get_user_info`, which every sign-in calls right after the access token.

use serde::Serialize;
use weiquan::Ctx;
use weiquan::qzone::{Call, Error, Input, Operation, operation};
use weiquan::schema::Answer;
use weiquan_store::members::member::{self, Gender};
use weiquan_store::oauth::nonce;
use weiquan_store::oauth::token::Token;
use weiquan_store::table::Consistency;

/// The operation.
pub static OPERATION: Operation = Operation {
    get: true,
    ..operation!("user", "get_user_info", "tells who the member is", Member: Input => Output, handle)
};

#[derive(Input)]
struct Input {
    /// `xml` instead of JSON.
    #[param(name = "format")]
    _format: (),
}

#[derive(Serialize, Answer)]
struct Output {
    /// The nick.
    nickname: String,
    /// A picture of 30 pixels.
    figureurl: String,
    /// The same picture of 50 pixels.
    figureurl_1: String,
    /// The same picture of 100 pixels.
    figureurl_2: String,
    /// 男 or 女; as in the original, a member who has not said counts as male.
    gender: &'static str,
}

async fn handle(ctx: &Ctx, call: Call<'_, Token>, _input: Input) -> Result<Output, Error> {
    if !nonce::use_nonce(&ctx.store, call.nonce()).await? {
        return Err(Error::Nonce);
    }
    let member = member::by_uid(&ctx.store, call.token.uid, Consistency::Strong).await?;
    let member = member.ok_or(Error::Token)?;
    let figure = |size: u32| {
        let (consumer, openid) = (&call.consumer.key, &call.token.openid);
        format!("http://qzapp.qlogo.cn/qzapp/{consumer}/{openid}/{size}")
    };
    Ok(Output {
        nickname: member.nick,
        figureurl: figure(30),
        figureurl_1: figure(50),
        figureurl_2: figure(100),
        gender: match member.gender {
            None | Some(Gender::Male) => "男",
            Some(Gender::Female) => "女",
        },
    })
}
