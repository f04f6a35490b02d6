//! The size of a text by the rules of each family, and how texts are compared.

use caseless::Caseless;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_normalization::UnicodeNormalization;

/// The form of a text in which names, words and mentions are compared: NFKC, full case folding, and
/// no invisible characters (Unicode's NFKC_Casefold). Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = text.to_owned();
    loop {
        // Removing characters may bring together others that compose, and folded characters may compose.
        let visible = folded.nfkc().filter(|c| !is_ignorable(*c));
        let next: String = visible.default_case_fold().nfkc().collect();
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

/// A text in which letters and their marks are single characters if such exist (NFC). Some systems
/// send them separately, and a mark alone is no letter.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Whether `c` is invisible by itself (Default_Ignorable_Code_Point): joiners, selectors, and
/// Hangul fillers, which count as letters.
pub fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether a text has only invisible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_ignorable)
}

/// The display width of a text in half-widths, as PHP's old `mb_strwidth` counts it
/// (xweibo section 5.6). 140 Chinese characters are 280 half-widths.
pub fn weibo_width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0000..=0x0019 => 0,
            0x001a..=0x1fff | 0xff61..=0xff9f => 1,
            _ => 2,
        })
        .sum()
}

/// The longest prefix of `text` that is at most `max` half-widths wide. ASCII counts 1 and
/// everything else 2 (qzone section 6). A character is never split, and nothing is added.
pub fn truncate_feed(text: &str, max: usize) -> &str {
    let mut width = 0;
    for (at, c) in text.char_indices() {
        width += if c.is_ascii() { 1 } else { 2 };
        if width > max {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_look_alike_fold_alike() {
        for (text, folded) in [
            ("", ""),
            ("Ab", "ab"),
            ("ｂａｄｗｏｒｄ", "badword"),
            ("bad\u{200b}word", "badword"),
            ("b\u{ad}a\u{fe0f}d\u{3164}", "bad"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("J\u{30c}", "ǰ"),
            ("ǰ", "ǰ"),
            ("STRASSE", "strasse"),
            ("straße", "strasse"),
            ("ﬁ", "fi"),
            ("Å", "å"),
            ("A\u{200d}\u{30a}", "å"),
            ("\u{3164}\u{115f}\u{1160}\u{ffa0}", ""),
            ("汉字", "汉字"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
        assert!(is_blank("") && is_blank("\u{3164}\u{200b}") && !is_blank("\u{3164}a"));
    }

    #[test]
    fn letters_and_their_marks_are_composed() {
        for (apart, whole) in [
            ("Jose\u{301}", "José"),
            ("か\u{3099}", "が"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("e\u{323}\u{302}", "ệ"),
            ("x\u{302}", "x\u{302}"),
            ("ｆ\u{fb01}①", "ｆ\u{fb01}①"),
        ] {
            assert_eq!(composed(apart), whole);
            assert_eq!(composed(whole), whole);
        }
    }

    #[test]
    fn weibo_widths() {
        assert_eq!(weibo_width("哈a"), 3);
        assert_eq!(weibo_width("\u{0}\u{19}\u{1a}"), 1);
        assert_eq!(weibo_width("\u{1fff}\u{2000}"), 3);
        assert_eq!(weibo_width("\u{ff60}\u{ff61}\u{ff9f}\u{ffa0}"), 6);
        assert_eq!(weibo_width("😀"), 2);
    }

    #[test]
    fn feed_texts_are_cut_as_section_6_says() {
        let han = |n: usize| "汉".repeat(n);
        for (text, max, want) in [
            (han(36), 72, han(36)),
            (han(37), 72, han(36)),
            ("a".repeat(72), 72, "a".repeat(72)),
            ("a".repeat(73), 72, "a".repeat(72)),
            (han(35) + "a汉", 72, han(35) + "a"),
            (han(35) + "ab", 72, han(35) + "ab"),
            ("Ａ".repeat(37), 72, "Ａ".repeat(36)),
            (han(41), 80, han(40)),
            (han(81), 160, han(80)),
        ] {
            assert_eq!(truncate_feed(&text, max), want);
        }
    }

    proptest! {
        #[test]
        fn folding_is_done_once(text in "[\\PC\u{200b}-\u{200f}\u{3164}J\u{30c}Σ]{0,12}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded.as_str());
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), folded.as_str());
            prop_assert!(!folded.chars().any(is_ignorable));
        }

        #[test]
        fn a_cut_text_is_the_longest_prefix_that_fits(text in "\\PC{0,100}", max in 0usize..100) {
            let width = |t: &str| t.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
            let cut = truncate_feed(&text, max);
            prop_assert!(text.starts_with(cut) && width(cut) <= max);
            if let Some(next) = text.strip_prefix(cut).unwrap().chars().next() {
                prop_assert!(width(cut) + width(next.encode_utf8(&mut [0; 4])) > max);
            }
        }
    }
}
