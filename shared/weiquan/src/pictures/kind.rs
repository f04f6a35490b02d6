//! The kinds of files that are accepted.

/// The types of pictures that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
}

impl Kind {
    /// The extension of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// The letter for the type, for use where space is short.
    pub fn letter(self) -> char {
        match self {
            Self::Jpeg => 'j',
            Self::Png => 'p',
            Self::Gif => 'g',
        }
    }

    /// The type with the letter `letter`.
    pub fn of_letter(letter: char) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Gif]
            .into_iter()
            .find(|kind| kind.letter() == letter)
    }
}

/// Why a file is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There are no bytes.
    Empty,
    /// There are more bytes than allowed.
    TooLarge,
    /// It is a picture, but not of an accepted type.
    OtherType,
    /// It is of no known type.
    NotAPicture,
    /// A side is too long, or there are too many pixels to hold in memory.
    TooManyPixels,
    /// It begins like a picture, but is damaged or cut off.
    Broken,
}
