//! Judges that others wrote: programs and data that a test asks, where this machine has them.

use std::env;
use std::path::Path;

/// True if every judge in `names` is at hand; says on standard output which are asked, or which are missing.
///
/// A name in capitals is an environment variable that must be set, any other a program that must be on the `PATH`.
///
/// # Panics
///
/// If one is missing and `PYBUMP_REQUIRE_JUDGES` is `1`, as continuous integration sets it: there a skipped test is a failure.
pub fn require(names: &[&str]) -> bool {
    let names_in_words = names.join(" and ");
    if names.iter().all(|name| is_at_hand(name)) {
        println!("judged by {names_in_words}");
        return true;
    }
    let message = format!("skipped: needs {names_in_words}");
    assert!(
        env::var("PYBUMP_REQUIRE_JUDGES").as_deref() != Ok("1"),
        "{message}, and PYBUMP_REQUIRE_JUDGES=1 forbids that"
    );
    println!("{message}");
    false
}

fn is_at_hand(name: &str) -> bool {
    if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
        return env::var_os(name).is_some();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| Path::new(&folder).join(name).is_file())
}
