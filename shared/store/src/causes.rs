//! Error messages for people.

use std::error::Error;

/// An error with its causes in one line, without repetitions.
pub fn causes(error: &dyn Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let said = one_line(&error.to_string());
        // Some errors repeat their cause, others have no text.
        if !said.is_empty() && !words.iter().any(|before| before.ends_with(&said)) {
            words.push(said);
        }
        next = error.source();
    }
    words.join(": ")
}

/// A text without line breaks and other control characters.
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Said(&'static str, Option<Box<Said>>);

    impl std::fmt::Display for Said {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Said {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }

    #[test]
    fn causes_stand_in_one_line_once_each() {
        let said = |words, cause| Said(words, Some(Box::new(cause)));
        let error = said(
            "connect: refused",
            said("refused", said("", Said("by\r\n the  peer", None))),
        );
        assert_eq!(causes(&error), "connect: refused: by the peer");
    }
}
