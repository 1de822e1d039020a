//! Compiling a template and rendering it, once or for many variants.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bytes::Bytes;
use jaq_core::Filter;
use jaq_json::Val;

use super::blocks::{self, Unclosed};
use super::compile::{self, Unit};
use super::engine::{self, Engine};
use super::error::{Place, Problem, TemplateError};
use super::program::{self, Program};
use super::{CODE_LIMIT, ManifestValue, TEMPLATE_LIMIT, deep_stack, depth};

/// A compiled template: compile once, render many times, from any thread.
pub struct Template {
    name: String,
    text: String,
    program: Program,
    filter: Filter<Engine>,
    texts: Vec<Bytes>,
}

/// What one render sees as `env`: these, and nothing of the process environment.
#[derive(Debug, Clone, Copy)]
pub struct Variables<'a> {
    /// `env.version`: the manifest's key, such as `3.14` or `3.15-rc`.
    pub version: &'a str,
    /// `env.variant`: the last part of the variant, such as `slim-trixie`.
    pub variant: &'a str,
    /// What Windows variants have besides.
    pub windows: Option<Windows<'a>>,
}

/// The two parts of a Windows variant's name.
#[derive(Debug, Clone, Copy)]
pub struct Windows<'a> {
    /// `env.windowsVariant`: `servercore`, `nanoserver`.
    pub variant: &'a str,
    /// `env.windowsRelease`: `ltsc2025`, `1809`.
    pub release: &'a str,
}

/// One render of [`render_all`].
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// What to render.
    pub template: &'a Template,
    /// What for.
    pub variables: Variables<'a>,
}

/// Renders `jobs` on two threads; results come in the order of the jobs.
pub fn render_all(jobs: &[Job<'_>], manifest: &ManifestValue) -> Vec<Result<String, TemplateError>> {
    const THREADS: usize = 2;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, job)) = take(jobs, &next) {
            done.push((index, job.template.render(manifest, &job.variables)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        // A thread that cannot be had is not missed: the other, or this one, takes all jobs.
        let threads: Vec<_> = (0..THREADS.min(jobs.len())).map_while(|_| deep_stack::spawn(scope, work).ok()).collect();
        let mut done = Vec::with_capacity(jobs.len());
        for thread in threads {
            done.extend(thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)));
        }
        done
    });
    done.extend(work());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'j, 'a>(jobs: &'j [Job<'a>], next: &AtomicUsize) -> Option<(usize, &'j Job<'a>)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(index).map(|job| (index, job))
}

impl Template {
    /// Compiles `text`, called `name` in messages; `folder` is where it may include jq files from.
    ///
    /// A final line end is added where it is missing. Errors are the template's: too large, an open block, not jq, a name
    /// that nothing defines, a file that cannot be included.
    pub fn compile(name: &str, text: &str, folder: &Path) -> Result<Self, TemplateError> {
        let too_large = |what, size, limit| Problem::TooLarge { what, size, limit }.at(Place::whole(name));
        if text.len() > TEMPLATE_LIMIT {
            return Err(too_large("the template", text.len(), TEMPLATE_LIMIT));
        }
        let mut text = text.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let parts =
            blocks::cut(&text).map_err(|Unclosed(offset)| Problem::Unclosed.at(Place::of(name, &text, offset)))?;
        let program = program::assemble(&text, &parts).ok_or_else(|| Problem::Empty.at(Place::whole(name)))?;
        if program.code.len() > CODE_LIMIT {
            return Err(too_large("the code in the template's blocks", program.code.len(), CODE_LIMIT));
        }
        let unit = Unit { name, text: &text, program: &program };
        let compile = || match depth::levels(&program.code) {
            levels if levels > depth::LIMIT => Err(Problem::TooDeep { levels }.at(Place::whole(name))),
            _ => compile::compile(&unit, folder),
        };
        let filter =
            deep_stack::on_deep_stack(compile).map_err(|error| Problem::Thread(error).at(Place::whole(name)))??;
        let texts = program.texts.iter().map(|range| Bytes::copy_from_slice(&text.as_bytes()[range.clone()])).collect();
        Ok(Self { name: name.to_owned(), text, program, filter, texts })
    }

    /// Renders the template for one variant, applied to the manifest's entry of `variables.version`.
    ///
    /// Starts a thread, which takes longer than the render: see [`render_all`] for more than one.
    pub fn render(&self, manifest: &ManifestValue, variables: &Variables<'_>) -> Result<String, TemplateError> {
        deep_stack::on_deep_stack(|| self.evaluate(manifest, variables))
            .map_err(|error| Problem::Thread(error).at(Place::whole(&self.name)))?
    }

    fn evaluate(&self, manifest: &ManifestValue, variables: &Variables<'_>) -> Result<String, TemplateError> {
        let input = manifest
            .entry(variables.version)
            .ok_or_else(|| Problem::NoKey(variables.version.to_owned()).at(Place::whole(&self.name)))?;
        let output = engine::evaluate(&self.filter, &self.texts, variables.to_value(), input);
        output.map_err(|(problem, block)| {
            let start = block.and_then(|block| self.program.blocks.get(block)).map(|range| range.start);
            problem.at(start.map_or_else(|| Place::whole(&self.name), |start| Place::of(&self.name, &self.text, start)))
        })
    }
}

impl Variables<'_> {
    fn to_value(self) -> Val {
        let windows =
            self.windows.map(|windows| [("windowsVariant", windows.variant), ("windowsRelease", windows.release)]);
        let all =
            [("version", self.version), ("variant", self.variant)].into_iter().chain(windows.into_iter().flatten());
        Val::obj(all.map(|(name, value)| (Val::from(name.to_owned()), Val::from(value.to_owned()))).collect())
    }
}
