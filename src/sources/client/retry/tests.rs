//! Which errors are worth another try, and after what wait.

use super::*;

fn judged(status: u16, headers: &[(&'static str, &str)]) -> Verdict {
    let headers = headers.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect();
    let now = "2026-01-01T00:00:00.5Z".parse().unwrap();
    judge(StatusCode::from_u16(status).unwrap(), &headers, false, &RetryPolicy::default(), now)
}

fn problem(status: u16, headers: &[(&'static str, &str)]) -> (Problem, Option<Duration>) {
    match judged(status, headers) {
        Verdict::Problem { problem, wait } => (problem, wait),
        verdict => panic!("{status}: {verdict:?}"),
    }
}

#[test]
fn every_status_has_one_class() {
    let mut again = Vec::new();
    for status in 100..600 {
        match (status, judged(status, &[])) {
            (200, Verdict::Body)
            | (304, Verdict::Unchanged)
            | (404 | 410, Verdict::Missing)
            | (301 | 302 | 303 | 307 | 308, Verdict::Redirect) => {}
            (_, Verdict::Problem { problem, wait: None }) => {
                assert_eq!(problem, Problem::Status { status, detail: None });
                if problem.is_transient() {
                    again.push(status);
                }
            }
            (_, verdict) => panic!("{status}: {verdict:?}"),
        }
    }
    let expected: Vec<u16> =
        [408, 425, 429].into_iter().chain((500..600).filter(|s| ![501, 505].contains(s))).collect();
    assert_eq!(again, expected);
}

#[test]
fn retry_after_is_honoured_in_both_forms_up_to_the_longest_wait() {
    let seconds = Duration::from_secs;
    for status in [403, 429, 500, 503] {
        let busy = Problem::Busy { status };
        assert!(busy.is_transient());
        assert_eq!(problem(status, &[("retry-after", "7")]), (busy.clone(), Some(seconds(7))));
        assert_eq!(problem(status, &[("retry-after", "60")]), (busy, Some(seconds(60))));
    }
    let until = |date| problem(503, &[("retry-after", date)]).1;
    assert_eq!(until("Thu, 01 Jan 2026 00:00:30 GMT"), Some(Duration::from_millis(29_500)));
    assert_eq!(until("Thu, 01 Jan 2015 00:00:30 GMT"), Some(Duration::ZERO));
    assert_eq!(until("soon"), None);
    let (later, wait) = problem(429, &[("retry-after", "43200")]);
    assert!(!later.is_transient() && wait.is_none());
    insta::assert_snapshot!(later, @"status 429: the server asks to come back after 2026-01-01T12:00:01Z");
    insta::assert_snapshot!(problem(503, &[("retry-after", "Fri, 02 Jan 2026 00:00:00 GMT")]).0, @"status 503: the server asks to come back after 2026-01-02T00:00:00Z");
    let for_ever = problem(503, &[("retry-after", "99999999999999999999999")]).0;
    assert_eq!(for_ever, Problem::ComeBack { status: 503, until: Timestamp::MAX });
}

#[test]
fn a_used_up_allowance_says_until_when_and_how_to_get_more() {
    for status in [403, 429] {
        let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1767225600"), ("retry-after", "1")];
        let (limited, wait) = problem(status, &headers);
        assert!(!limited.is_transient() && wait.is_none());
        insta::allow_duplicates! {
            insta::assert_snapshot!(limited, @"GitHub's allowance of requests is used up until 2026-01-01T00:00:00Z; set GITHUB_TOKEN for a larger one");
        }
    }
    let with_token = Problem::RateLimited { until: None, with_token: true };
    assert_eq!(with_token.to_string(), "GitHub's allowance of requests is used up");
    let left = problem(403, &[("x-ratelimit-remaining", "1")]).0;
    assert_eq!(left, Problem::Status { status: 403, detail: None });
}

proptest::proptest! {
    #[test]
    fn waits_grow_to_the_cap_and_never_past_it(attempt in 1..200_u32, dice: u8) {
        let policy = RetryPolicy::default();
        let wait = policy.wait(attempt, dice);
        proptest::prop_assert!(wait <= policy.cap && wait >= policy.base / 2);
        proptest::prop_assert!(policy.wait(attempt + 1, 0) <= policy.wait(attempt, 255).max(policy.cap / 2));
        proptest::prop_assert!(policy.wait(attempt, 0) <= wait && wait <= policy.wait(attempt, 255));
    }
}

#[test]
fn http_dates_are_read() {
    let date = |text| http_date(text).map(|time| time.to_string());
    assert_eq!(date("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(), Some("1994-11-06T08:49:37Z"));
    assert_eq!(date("1994-11-06T08:49:37Z"), None);
    assert_eq!(date(""), None);
}
