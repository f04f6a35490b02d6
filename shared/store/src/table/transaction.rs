//! Transactions in which every item carries the error to return if its condition is not met.

use std::borrow::Cow;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnConsumedCapacity, TransactWriteItem,
    Update,
};
use serde::Serialize;

use super::{Backoff, Change, Item, Values, in_time, key_item, number, to_item};
use crate::Store;
use crate::digest::hex;
use crate::keys::Key;
use crate::table::Error;

/// Collects writes that all happen or none.
pub(crate) struct Transaction<'a, E> {
    store: &'a Store,
    items: Vec<TransactWriteItem>,
    refusals: Vec<Option<E>>,
    actions: Vec<&'static str>,
    failure: Option<Error>,
}

/// The condition of a write, and the error if it is not met.
pub(crate) struct Condition<E> {
    expression: Cow<'static, str>,
    values: Values,
    refusal: E,
}

/// `expression` must be true, else the transaction fails with `refusal`.
pub(crate) fn when<E>(expression: impl Into<Cow<'static, str>>, refusal: E) -> Condition<E> {
    Condition {
        expression: expression.into(),
        values: Values::new(),
        refusal,
    }
}

impl<E> Condition<E> {
    /// Adds a value that the expression uses.
    pub(crate) fn with(
        mut self,
        name: &str,
        value: aws_sdk_dynamodb::types::AttributeValue,
    ) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }

    /// The expression; its values are added to `values`.
    pub(super) fn into_parts(self, values: &mut Values) -> String {
        values.extend(self.values);
        self.expression.into_owned()
    }
}

/// The item must not exist yet.
pub(crate) fn absent<E>(refusal: E) -> Condition<E> {
    when("attribute_not_exists(PK)", refusal)
}

/// The item must have this `revision`.
pub(crate) fn at<E>(revision: u64, refusal: E) -> Condition<E> {
    when("revision = :revision", refusal).with(":revision", number(revision))
}

/// The item must have this `revision`. An item that does not exist has revision 0.
pub(crate) fn at_or_absent<E>(revision: u64, refusal: E) -> Condition<E> {
    if revision == 0 {
        absent(refusal)
    } else {
        at(revision, refusal)
    }
}

impl<'a, E: Clone> Transaction<'a, E> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self {
            store,
            items: Vec::new(),
            refusals: Vec::new(),
            actions: Vec::new(),
            failure: None,
        }
    }

    /// Writes `entity` under `key`.
    pub(crate) fn put(
        mut self,
        key: &Key,
        entity: &impl Serialize,
        condition: Option<Condition<E>>,
    ) -> Self {
        match to_item(key, entity) {
            Ok(item) => self.put_item(item, condition),
            Err(error) => {
                self.failure = Some(error);
                self
            }
        }
    }

    /// Writes `item`, which holds its keys.
    pub(crate) fn put_item(self, item: Item, condition: Option<Condition<E>>) -> Self {
        let (expression, values, refusal) = split(condition);
        let put = Put::builder()
            .table_name(self.store.table())
            .set_item(Some(item))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values)
            .build();
        self.push(
            "dynamodb:PutItem",
            put.map(|put| TransactWriteItem::builder().put(put)),
            refusal,
        )
    }

    /// Changes the item under `key`. Writes nothing if there is nothing to change.
    pub(crate) fn change(self, key: &Key, change: Change, condition: Option<Condition<E>>) -> Self {
        if change.is_empty() {
            return self;
        }
        let (expression, mut values) = change.expression();
        let (condition, more, refusal) = split(condition);
        values.extend(more.unwrap_or_default());
        let update = Update::builder()
            .table_name(self.store.table())
            .set_key(Some(key_item(key)))
            .update_expression(expression)
            .set_condition_expression(condition)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .build();
        self.push(
            "dynamodb:UpdateItem",
            update.map(|update| TransactWriteItem::builder().update(update)),
            refusal,
        )
    }

    /// Adds to numbers of the item under `key`. A missing number counts as 0. Writes nothing if
    /// `by` adds nothing.
    pub(crate) fn add(
        self,
        key: &Key,
        by: &[(&str, i64)],
        condition: Option<Condition<E>>,
    ) -> Self {
        let change = by
            .iter()
            .fold(Change::new(), |change, (name, by)| change.count(name, *by));
        self.change(key, change, condition)
    }

    /// Removes the item under `key`.
    pub(crate) fn delete(self, key: &Key, condition: Option<Condition<E>>) -> Self {
        let (expression, values, refusal) = split(condition);
        let delete = Delete::builder()
            .table_name(self.store.table())
            .set_key(Some(key_item(key)))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values)
            .build();
        self.push(
            "dynamodb:DeleteItem",
            delete.map(|delete| TransactWriteItem::builder().delete(delete)),
            refusal,
        )
    }

    /// Checks a condition on the item under `key`.
    pub(crate) fn check(self, key: &Key, condition: Condition<E>) -> Self {
        let (expression, values, refusal) = split(Some(condition));
        let check = ConditionCheck::builder()
            .table_name(self.store.table())
            .set_key(Some(key_item(key)))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values)
            .build();
        self.push(
            "dynamodb:ConditionCheckItem",
            check.map(|check| TransactWriteItem::builder().condition_check(check)),
            refusal,
        )
    }

    fn push(
        mut self,
        action: &'static str,
        item: Result<
            aws_sdk_dynamodb::types::builders::TransactWriteItemBuilder,
            aws_sdk_dynamodb::error::BuildError,
        >,
        refusal: Option<E>,
    ) -> Self {
        match item {
            Ok(item) => {
                self.items.push(item.build());
                self.refusals.push(refusal);
                self.actions.push(action);
            }
            Err(error) => self.failure = Some(Error::new(error.to_string())),
        }
        self
    }

    /// Writes everything, and tries again after conflicts until the request's deadline. Every try
    /// sends the same token, so a try that has succeeded unnoticed has no second effect. Gives back
    /// the error that the first item carries whose condition was not met; nothing is stored then.
    pub(crate) async fn commit(self) -> Result<Result<(), E>, Error> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let store = self.store;
        let token = hex(&store.ids().bytes::<16>());
        let mut backoff = Backoff::new(store);
        loop {
            let call = store.meter.start("dynamodb:TransactWriteItems");
            for action in &self.actions {
                call.needs(action);
            }
            let request = store
                .client()
                .transact_write_items()
                .set_transact_items(Some(self.items.clone()))
                .client_request_token(&token)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let sent = in_time(store, "TransactWriteItems", request.send()).await?;
            let error = match sent {
                Ok(output) => {
                    call.wrote(output.consumed_capacity().first());
                    return Ok(Ok(()));
                }
                Err(error) => error,
            };
            let cause = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    call.refused(2.0 * self.items.len() as f64);
                    match outcome(canceled.cancellation_reasons(), &self.refusals) {
                        Outcome::Refused(refusal) => return Ok(Err(refusal)),
                        Outcome::Failed => {
                            return Err(Error::sdk("TransactWriteItems", &error));
                        }
                        Outcome::Again => "transaction conflict",
                    }
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
                    "transaction in progress"
                }
                _ => return Err(Error::sdk("TransactWriteItems", &error)),
            };
            drop(call);
            backoff.wait(cause).await?;
        }
    }
}

impl Transaction<'_, ()> {
    /// The same, if a failed condition is no error. Returns whether the writes happened.
    pub(crate) async fn commit_if(self) -> Result<bool, Error> {
        Ok(self.commit().await?.is_ok())
    }
}

enum Outcome<E> {
    Refused(E),
    Again,
    Failed,
}

/// The first failed condition decides. Only conflicts and throttling are worth another try.
fn outcome<E: Clone>(reasons: &[CancellationReason], refusals: &[Option<E>]) -> Outcome<E> {
    let mut again = false;
    for (reason, refusal) in reasons.iter().zip(refusals) {
        match (reason.code().unwrap_or("None"), refusal) {
            ("None", _) => {}
            ("ConditionalCheckFailed", Some(refusal)) => return Outcome::Refused(refusal.clone()),
            ("TransactionConflict" | "ProvisionedThroughputExceeded" | "ThrottlingError", _) => {
                again = true;
            }
            _ => return Outcome::Failed,
        }
    }
    if again {
        Outcome::Again
    } else {
        Outcome::Failed
    }
}

fn split<E>(condition: Option<Condition<E>>) -> (Option<String>, Option<Values>, Option<E>) {
    match condition {
        None => (None, None, None),
        Some(condition) => (
            Some(condition.expression.into_owned()),
            (!condition.values.is_empty()).then_some(condition.values),
            Some(condition.refusal),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(codes: &[&str]) -> Vec<CancellationReason> {
        codes
            .iter()
            .map(|code| CancellationReason::builder().code(*code).build())
            .collect()
    }

    #[test]
    fn the_refused_item_names_the_error() {
        let refusals = [None, Some("first"), Some("second")];
        let of = |codes: &[&str]| match outcome(&reasons(codes), &refusals) {
            Outcome::Refused(refusal) => refusal,
            Outcome::Again => "again",
            Outcome::Failed => "failed",
        };
        assert_eq!(of(&["None", "None", "ConditionalCheckFailed"]), "second");
        assert_eq!(
            of(&["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]),
            "first"
        );
        assert_eq!(
            of(&["TransactionConflict", "None", "ConditionalCheckFailed"]),
            "second"
        );
        assert_eq!(
            of(&["TransactionConflict", "None", "ThrottlingError"]),
            "again"
        );
        assert_eq!(
            of(&["ValidationError", "None", "TransactionConflict"]),
            "failed"
        );
        assert_eq!(of(&["None", "None", "None"]), "failed");
    }
}
