//! The functions a template can call: jaq's, less what would reach out of the evaluation, plus what jq has besides.
//!
//! Refuses the process environment, the clock, the local time zone, further inputs and ending the process.

use std::cmp::Ordering;

use jaq_core::box_iter::box_once;
use jaq_core::load::parse::Def;
use jaq_core::native::{Fun, bome, run, v};
use jaq_core::{Ctx, Error, Exn, Native};
use jaq_json::Val;
use jaq_std::ValT as _;

use super::engine::Engine;
use super::program::{ENTER_BLOCK, FAIL_IN_BLOCK, TEXT_RUN};

/// The variable that holds the render's environment, an object.
pub(super) const ENVIRONMENT: &str = "$ENV";

const PRELUDE: &str = include_str!("prelude.jq");

/// jaq's native functions that see or stop the process, write to its log, or loop or recurse without taking steps.
const LEFT_OUT: [&str; 9] =
    ["env", "now", "halt", "localtime", "strflocaltime", "debug_empty", "stderr_empty", "range", "fromjson"];
/// jaq's definitions that call them.
const ALSO_LEFT_OUT: [&str; 4] = ["halt", "halt_error", "debug", "stderr"];

/// Functions written in jq.
pub(super) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let prelude = jaq_core::load::parse(PRELUDE, |parser| parser.defs()).expect("the prelude is valid jq");
    let theirs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    theirs.filter(|definition| !ALSO_LEFT_OUT.contains(&definition.name)).chain(prelude)
}

/// Native functions.
pub(super) fn functions() -> impl Iterator<Item = Fun<Engine>> {
    let theirs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    theirs.filter(|(name, ..)| !LEFT_OUT.contains(name)).chain([
        text_run(),
        enter_block(),
        fail_in_block(),
        range(),
        from_json(),
    ])
}

/// Yields a text run by its number.
fn text_run() -> Fun<Engine> {
    run((TEXT_RUN, v(1), |mut cv| {
        let number = cv.0.pop_var();
        let text = index(&number).and_then(|number| cv.0.data().text(number));
        box_once(text.ok_or_else(|| Exn::from(Error::str(format_args!("there is no text run {number}")))))
    }))
}

/// The identity, also as a path, that notes which block is being evaluated.
fn enter_block() -> Fun<Engine> {
    fn enter(context: &mut Ctx<'_, Engine>) {
        let block = context.pop_var();
        if let Some(block) = index(&block) {
            context.data().enter(block);
        }
    }
    let native = Native::new(|mut cv| {
        enter(&mut cv.0);
        box_once(Ok(cv.1))
    });
    let native = native.with_paths(|mut cv| {
        enter(&mut cv.0);
        box_once(Ok(cv.1))
    });
    let native = native.with_update(|mut cv, update| {
        enter(&mut cv.0);
        update(cv.1)
    });
    (ENTER_BLOCK, v(1), native)
}

/// Fails with its input, and notes that it came from this block.
fn fail_in_block() -> Fun<Engine> {
    run((FAIL_IN_BLOCK, v(1), |mut cv| {
        if let Some(block) = index(&cv.0.pop_var()) {
            cv.0.data().fail(block);
        }
        box_once(Err(Exn::from(Error::new(cv.1))))
    }))
}

/// `range/3`, a step a number: jaq's own loops outside the program, without end if asked to.
fn range() -> Fun<Engine> {
    run(("range", v(3), |mut cv| {
        let (by, to, from) = (cv.0.pop_var(), cv.0.pop_var(), cv.0.pop_var());
        let evaluation = *cv.0.data();
        let upwards = by.cmp(&Val::from(0_usize));
        let goes_on = move |value: &Val| match upwards {
            Ordering::Greater => *value < to,
            Ordering::Less => *value > to,
            Ordering::Equal => *value != to,
        };
        let mut next = Some(Ok(from));
        Box::new(std::iter::from_fn(move || {
            evaluation.step();
            let value = match next.take()? {
                Ok(value) if goes_on(&value) => value,
                Ok(_) => return None,
                Err(error) => return Some(Err(error)),
            };
            next = Some((value.clone() + by.clone()).map_err(Exn::from));
            Some(Ok(value))
        }))
    }))
}

/// `fromjson`, of exactly one value that is not nested deeper than manifests may be: jaq's parser recurses.
fn from_json() -> Fun<Engine> {
    const DEEPEST: usize = 128;
    run(("fromjson", v(0), |cv| {
        let parse = |text: &[u8]| {
            if nesting(text) > DEEPEST {
                return Err(Error::str(format_args!("JSON in text may be nested {DEEPEST} levels deep")));
            }
            jaq_json::read::parse_single(text)
                .map_err(|error| Error::str(format_args!("cannot parse {} as JSON: {error}", cv.1)))
        };
        bome(cv.1.try_as_utf8_bytes().and_then(parse))
    }))
}

/// How deep brackets are nested outside of strings.
fn nesting(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn index(number: &Val) -> Option<usize> {
    number.as_isize().and_then(|number| usize::try_from(number).ok())
}
