//! `emotions`, in the form of Sina's list. An extension: the document only names it.

use serde::Serialize;
use weiquan::Ctx;
use weiquan::schema::Answer;
use weiquan::xweibo::{Call, Error, Nothing, Operation, operation};
use weiquan_store::clients::emotions::{self, Emotion};

/// The operation.
pub static OPERATION: Operation = operation!(
    "emotions",
    "lists the pictures for feelings that the operator has set; none by default",
    Nothing => Vec<EmotionShape>,
    handle
);

#[derive(Serialize, Answer)]
struct EmotionShape {
    /// What stands for it in a text, such as `[哈哈]`.
    phrase: String,
    /// `face`, or a kind that front ends leave out.
    r#type: String,
    /// Where its picture is.
    url: String,
    /// Whether it is among the first that are offered.
    is_hot: bool,
    /// The group in which it is offered; empty for the usual one.
    category: String,
}

impl From<Emotion> for EmotionShape {
    fn from(emotion: Emotion) -> Self {
        Self {
            phrase: emotion.phrase,
            r#type: emotion.kind,
            url: emotion.url,
            is_hot: emotion.is_hot,
            category: emotion.category,
        }
    }
}

async fn handle(ctx: &Ctx, _call: Call<'_>, _input: Nothing) -> Result<Vec<EmotionShape>, Error> {
    let emotions = emotions::list(&ctx.store).await?;
    Ok(emotions.list.iter().cloned().map(Into::into).collect())
}
