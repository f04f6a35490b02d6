//! Idempotency tokens of transactions: a client that sends a token again within ten minutes gets the first answer.
//!
//! The embedded DynamoDB remembers tokens too, but reads all of them at every transaction. At a thousand transactions a
//! second this would soon cost more than the writes themselves.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dynoxide::DynoxideError;

/// How long DynamoDB remembers a token.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The answers to the tokens of the last ten minutes.
#[derive(Default)]
pub struct IdempotencyTokens(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    /// The hash of the items sent with a token, and the answer.
    answers: HashMap<String, (u64, String)>,
    /// The tokens with the time at which each was sent, the oldest first.
    order: VecDeque<(Instant, String)>,
}

impl Remembered {
    fn forget(&mut self, now: Instant) {
        while let Some((since, token)) = self.order.front() {
            if now.duration_since(*since) < REMEMBERED {
                return;
            }
            self.answers.remove(token);
            self.order.pop_front();
        }
    }
}

impl IdempotencyTokens {
    /// The answer to `items` under `token`: that of `run`, or the earlier one. Failures are not remembered. Only one
    /// transaction runs at a time; the database cannot run more either.
    pub fn once(
        &self,
        token: String,
        items: &str,
        run: impl FnOnce() -> Result<String, DynoxideError>,
    ) -> Result<String, DynoxideError> {
        let mut hasher = DefaultHasher::new();
        items.hash(&mut hasher);
        let hash = hasher.finish();
        let mut remembered = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let now = Instant::now();
        remembered.forget(now);
        match remembered.answers.get(&token) {
            Some((before, answer)) if *before == hash => return Ok(answer.clone()),
            Some(_) => {
                let message = "An error occurred (IdempotentParameterMismatchException)";
                return Err(DynoxideError::IdempotentParameterMismatchException(
                    message.to_owned(),
                ));
            }
            None => {}
        }
        let answer = run()?;
        remembered.order.push_back((now, token.clone()));
        remembered.answers.insert(token, (hash, answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_answered_once_and_belongs_to_its_items() {
        let tokens = IdempotencyTokens::default();
        let once = |token: &str, items: &str, answer: &str| {
            let answer = answer.to_owned();
            tokens.once(token.to_owned(), items, || Ok(answer)).ok()
        };
        assert_eq!(once("a", "items", "first").as_deref(), Some("first"));
        assert_eq!(once("a", "items", "second").as_deref(), Some("first"));
        assert_eq!(once("a", "other items", "third"), None);
        assert_eq!(once("b", "items", "fourth").as_deref(), Some("fourth"));
    }

    #[test]
    fn what_failed_may_be_tried_again() {
        let tokens = IdempotencyTokens::default();
        let failed = DynoxideError::InternalServerError(String::new());
        assert!(tokens.once("a".to_owned(), "", || Err(failed)).is_err());
        let again = tokens.once("a".to_owned(), "", || Ok("done".to_owned()));
        assert_eq!(again.ok().as_deref(), Some("done"));
    }

    #[test]
    fn tokens_are_forgotten_in_order() {
        let mut remembered = Remembered::default();
        let start = Instant::now();
        for (number, second) in [0, 300, 601].into_iter().enumerate() {
            let token = number.to_string();
            let since = start + Duration::from_secs(second);
            remembered.order.push_back((since, token.clone()));
            remembered.answers.insert(token, (0, String::new()));
        }
        remembered.forget(start + Duration::from_secs(599));
        assert_eq!(remembered.answers.len(), 3);
        remembered.forget(start + REMEMBERED);
        assert_eq!(remembered.answers.len(), 2);
        assert!(!remembered.answers.contains_key("0"));
        remembered.forget(start + Duration::from_secs(5_000));
        assert!(remembered.answers.is_empty() && remembered.order.is_empty());
    }
}
