//! Evaluates a compiled program with jaq, within limits.
//!
//! Owns what an evaluation can see (its input, its text runs, nothing of the process) and when it is given up: jaq looks its
//! program up at every step, so the look-up counts steps and watches the stack. Giving up unwinds to [`evaluate`].

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use jaq_core::data::HasLut;
use jaq_core::{Ctx, DataT, Error, Filter, Lut, Vars};
use jaq_json::Val;

use super::deep_stack;
use super::error::{Limit, Problem, capped};

/// The most steps an evaluation may take. A Dockerfile takes a few thousand.
pub(super) const STEPS: u64 = 100_000;

/// Ties jaq's filters to [`Evaluation`].
pub(super) struct Engine;

impl DataT for Engine {
    type V<'a> = Val;
    type Data<'a> = &'a Evaluation<'a>;
}

/// One evaluation of a program: what its native functions see, and its meters.
pub(super) struct Evaluation<'a> {
    lut: &'a Lut<Engine>,
    texts: &'a [Bytes],
    steps_left: Cell<u64>,
    stack_floor: usize,
    block: Cell<Option<usize>>,
    failed: Cell<Option<usize>>,
}

impl<'a> HasLut<'a, Engine> for &'a Evaluation<'a> {
    fn lut(&self) -> &'a Lut<Engine> {
        match self.steps_left.get().checked_sub(1) {
            Some(left) => self.steps_left.set(left),
            None => give_up(Limit::Steps),
        }
        if deep_stack::here() < self.stack_floor {
            give_up(Limit::Depth);
        }
        self.lut
    }
}

impl Evaluation<'_> {
    /// The text run of this number.
    pub fn text(&self, number: usize) -> Option<Val> {
        self.texts.get(number).cloned().map(Val::utf8_str)
    }

    /// Notes that a block is being evaluated.
    pub fn enter(&self, block: usize) {
        self.block.set(Some(block));
    }

    /// Notes that a block failed; the first that did is to blame.
    pub fn fail(&self, block: usize) {
        self.failed.set(self.failed.get().or(Some(block)));
    }

    /// Counts a step of a native function that loops by itself.
    pub fn step(&self) {
        let this = &self;
        let _: &Lut<Engine> = HasLut::<Engine>::lut(this);
    }
}

/// Runs `filter` on `input` for its one string; on failure also tells which block was entered last.
///
/// Must run on a deep stack.
pub(super) fn evaluate(
    filter: &Filter<Engine>,
    texts: &[Bytes],
    env: Val,
    input: Val,
) -> Result<String, (Problem, Option<usize>)> {
    let evaluation = Evaluation {
        lut: &filter.lut,
        texts,
        steps_left: Cell::new(STEPS),
        stack_floor: deep_stack::floor(),
        block: Cell::new(None),
        failed: Cell::new(None),
    };
    let run = AssertUnwindSafe(|| one_string(filter, &evaluation, env, input));
    let result = panic::catch_unwind(run).unwrap_or_else(|payload| Err(caught(payload.as_ref())));
    result.map_err(|problem| {
        let of_a_block = !matches!(problem, Problem::Result(_));
        let block = match problem {
            Problem::Evaluation(_) => evaluation.failed.get().or(evaluation.block.get()),
            _ => evaluation.block.get(),
        };
        (problem, block.filter(|_| of_a_block))
    })
}

fn one_string<'a>(
    filter: &'a Filter<Engine>,
    evaluation: &'a Evaluation<'a>,
    env: Val,
    input: Val,
) -> Result<String, Problem> {
    let context = Ctx::<Engine>::new(evaluation, Vars::new([env]));
    let mut results = filter.id.run((context, input)).map(|result| {
        result.map_err(|exception| match exception.get_err() {
            Ok(error) => Problem::Evaluation(in_words(error)),
            Err(_) => Problem::Interpreter("an exception reached the end of the program".to_owned()),
        })
    });
    let first = results.next().unwrap_or_else(|| Err(Problem::Result("none".to_owned())))?;
    match (first, results.next()) {
        (Val::TStr(text), None) => {
            String::from_utf8((*text).into()).map_err(|_| Problem::Result("text that is not UTF-8".to_owned()))
        }
        (other, None) => Err(Problem::Result(capped(other))),
        (_, Some(Ok(_))) => Err(Problem::Result("more than one result".to_owned())),
        (_, Some(Err(problem))) => Err(problem),
    }
}

/// jq's own words, or the text that the template failed with, on one line.
fn in_words(error: Error<Val>) -> String {
    match error.into_val() {
        Val::TStr(text) => capped(String::from_utf8_lossy(&text).replace('\n', "\\n").replace(char::is_control, " ")),
        other => capped(other),
    }
}

fn give_up(limit: Limit) -> ! {
    // Not `panic!`: nothing is broken, so the panic hook has nothing to say.
    panic::resume_unwind(Box::new(limit))
}

fn caught(payload: &(dyn std::any::Any + Send)) -> Problem {
    if let Some(limit) = payload.downcast_ref::<Limit>() {
        return Problem::Limit(*limit);
    }
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Problem::Interpreter(capped(message.unwrap_or("no reason given")))
}
