//! Numbers of users as a bar, by result.

use maud::{Markup, html};

use super::collect::Tally;

/// A bar whose length is a share of the longest one's. The numbers stand beside it, so a screen reader passes it over.
#[allow(clippy::cast_precision_loss, reason = "no plan has 2^53 users")]
pub(super) fn bar(tally: &Tally, longest: u64) -> Markup {
    let width = |users: u64| 100.0 * users as f64 / longest.max(1) as f64;
    let mut start = 0.0;
    let parts: Vec<_> = tally
        .parts()
        .filter(|(.., users)| *users > 0)
        .map(|(_, kind, users)| {
            let part = (start, width(users), kind.class());
            start += part.1;
            part
        })
        .collect();
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (start, width, class) in parts {
                rect.(class) x=(format!("{start:.2}")) y="0" width=(format!("{width:.2}")) height="10" {}
            }
        }
    }
}
