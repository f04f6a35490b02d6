//! Time: its source, and its formats on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, Zoned, tz};

/// The source of the time for operations. Clones share the source.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stays at `now` until [`Clock::set`] moves it.
    pub fn manual(now: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(
            now.as_millisecond(),
        ))))
    }

    /// The current time. A manual clock has a resolution of one millisecond.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Manual(ms) => {
                Timestamp::from_millisecond(ms.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Moves a manual clock. Has no effect on the machine's clock.
    pub fn set(&self, now: Timestamp) {
        if let Source::Manual(ms) = &self.0 {
            ms.store(now.as_millisecond(), Ordering::SeqCst);
        }
    }
}

/// `time` in the zone of all three families, UTC+8 (okayapi 5.3.9, xweibo 2 and 7.30).
pub fn in_china(time: Timestamp) -> Zoned {
    time.to_zoned(tz::TimeZone::fixed(tz::offset(8)))
}

/// The format `2018-12-02 11:21:27`, for times of OkayAPI (section 5.2).
pub fn date_time(time: Timestamp) -> String {
    in_china(time).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same for a time in seconds since 1970.
pub fn date_time_at(second: i64) -> String {
    date_time(Timestamp::from_second(second).unwrap_or(Timestamp::MIN))
}

/// The format `Wed Oct 13 18:55:42 +0800 2010`, for `cr` of a weibo (xweibo section 2).
pub fn weibo_time(time: Timestamp) -> String {
    in_china(time)
        .strftime("%a %b %d %H:%M:%S %z %Y")
        .to_string()
}

/// `create_at` of a comment: in words, how long before `now` the time `time` was (xweibo section 2).
pub fn relative(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(time).as_secs().max(1);
    let (then, today) = (in_china(time), in_china(now));
    let clock = then.strftime("%H:%M");
    if seconds <= 60 {
        format!("{seconds}秒前")
    } else if seconds <= 3_600 {
        format!("{}分钟前", seconds / 60)
    } else if then.date() == today.date() {
        format!("今天 {clock}")
    } else if then.year() == today.year() || seconds < 86_400 {
        format!("{}月{}日 {clock}", then.month(), then.day())
    } else {
        format!(
            "{}年{}月{}日 {clock}",
            then.year(),
            then.month(),
            then.day()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_documented() {
        let time: Timestamp = "2010-10-13T10:55:42Z".parse().unwrap();
        assert_eq!(weibo_time(time), "Wed Oct 13 18:55:42 +0800 2010");
        assert_eq!(date_time(time), "2010-10-13 18:55:42");
    }

    #[test]
    fn times_are_told_in_words() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        for (then, now, told) in [
            ("2026-06-01T04:00:00Z", "2026-06-01T04:00:00Z", "1秒前"),
            ("2026-06-01T04:00:00Z", "2026-06-01T04:01:00Z", "60秒前"),
            ("2026-06-01T04:00:00Z", "2026-06-01T04:01:01Z", "1分钟前"),
            ("2026-06-01T04:00:00Z", "2026-06-01T05:00:00Z", "60分钟前"),
            ("2026-06-01T04:00:00Z", "2026-06-01T05:00:01Z", "今天 12:00"),
            (
                "2026-06-01T04:00:00Z",
                "2026-06-01T16:00:00Z",
                "6月1日 12:00",
            ),
            (
                "2026-12-31T15:00:00Z",
                "2026-12-31T17:00:00Z",
                "12月31日 23:00",
            ),
            (
                "2025-12-31T04:00:00Z",
                "2026-06-01T04:00:00Z",
                "2025年12月31日 12:00",
            ),
        ] {
            assert_eq!(relative(time(then), time(now)), told, "{then} {now}");
        }
    }
}
