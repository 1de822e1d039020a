//! Compiles a program with jaq, and says its errors in the template's own lines.

use std::path::Path;

use jaq_core::compile::Undefined;
use jaq_core::load::{self, Arena, File, Import, Loader, lex, parse, span};
use jaq_core::{Compiler, Filter};

use super::builtins;
use super::engine::Engine;
use super::error::{Place, Problem, TemplateError, quoted};
use super::include::{self, Source};
use super::program::{Origin, Program};

/// A template's name, text and program: what an error in the program is said in.
pub(super) struct Unit<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub program: &'a Program,
}

/// Compiles `unit`'s program; includes are read from `folder`.
///
/// Must run on a deep stack.
pub(super) fn compile(unit: &Unit<'_>, folder: &Path) -> Result<Filter<Engine>, TemplateError> {
    let arena = Arena::default();
    let loader = Loader::new(builtins::definitions())
        .with_read(|import: Import<'_, &str, Source>| include::read(folder, &import));
    let main = File { code: unit.program.code.as_str(), path: Source::Template };
    let modules = loader.load(&arena, main).map_err(|errors| unit.first(errors, Unit::load_error))?;
    // They would compile and then make the interpreter panic.
    load::import(&modules, |_| Err("data cannot be imported, only definitions".to_owned()))
        .map_err(|errors| unit.first(errors, Unit::load_error))?;
    Compiler::default()
        .with_funs(builtins::functions())
        .with_global_vars([builtins::ENVIRONMENT])
        .compile(modules)
        .map_err(|errors| unit.first(errors, |unit, file, errors| unit.undefined(file, errors)))
}

type CodeFile<'s> = File<&'s str, Source>;

impl Unit<'_> {
    fn first<'s, E>(
        &self,
        errors: Vec<(CodeFile<'s>, E)>,
        say: impl Fn(&Self, &CodeFile<'s>, E) -> Option<TemplateError>,
    ) -> TemplateError {
        let first = errors.into_iter().find_map(|(file, error)| say(self, &file, error));
        first.unwrap_or_else(|| {
            Problem::Interpreter("the program did not compile, for no reason given".to_owned())
                .at(Place::whole(self.name))
        })
    }

    fn load_error(&self, file: &CodeFile<'_>, error: load::Error<&str>) -> Option<TemplateError> {
        Some(match error {
            load::Error::Io(errors) => {
                let (path, reason) = errors.into_iter().next()?;
                Problem::Include { path: quoted(path), reason }.at(self.find(file, path).place)
            }
            load::Error::Lex(errors) => match errors.into_iter().next()? {
                (lex::Expect::Delim(open), stop) if !self.stops_early(file, open, stop) => {
                    let found = self.find(file, open);
                    Problem::Unbalanced { opener: quoted(open), hint: found.hint }.at(found.place)
                }
                (lex::Expect::Delim(_) | lex::Expect::Token, found) => self.syntax(file, "jq".to_owned(), found),
                (expected, found) => self.syntax(file, expected.as_str().to_owned(), found),
            },
            load::Error::Parse(errors) => match errors.into_iter().next()? {
                (parse::Expect::Just(")"), found) if self.closes_a_block(file, found) => {
                    self.syntax(file, "an operator or the end of the block".to_owned(), found)
                }
                (parse::Expect::Just(token), found) => self.syntax(file, quoted(token), found),
                (expected, found) => self.syntax(file, expected.as_str().to_owned(), found),
            },
        })
    }

    fn syntax(&self, file: &CodeFile<'_>, expected: String, code: &str) -> TemplateError {
        let Found { place, words, hint } = self.find(file, code);
        Problem::Syntax { expected, found: words, hint }.at(place)
    }

    fn undefined(&self, file: &CodeFile<'_>, errors: Vec<(&str, Undefined)>) -> Option<TemplateError> {
        let (name, kind) = errors.into_iter().next()?;
        let words = match kind {
            Undefined::Filter(arity) => quoted(&format!("{name}/{arity}")),
            _ => quoted(name),
        };
        Some(Problem::Unknown { kind: kind.as_str(), name: words }.at(self.find(file, name).place))
    }

    /// True if the lexer stopped inside a block at something that is to blame rather than the bracket `open`: what is no
    /// jq at all, or closes another bracket when `open` is only the parenthesis around the block.
    fn stops_early(&self, file: &CodeFile<'_>, open: &str, stop: &str) -> bool {
        let written = |code: &str| match file.path {
            Source::Template => self.program.locate(span(file.code, code).start).1 == Origin::Block,
            Source::Included(_) | Source::Builtin => true,
        };
        !stop.is_empty() && written(stop) && (!written(open) || !stop.starts_with([')', ']', '}']))
    }

    /// True if the parenthesis that is missing at `found` is the one around a whole block.
    fn closes_a_block(&self, file: &CodeFile<'_>, found: &str) -> bool {
        if file.path != Source::Template {
            return false;
        }
        let (offset, _) = self.program.locate(span(file.code, found).start);
        let before = self.program.block_at(offset).map_or("", |block| &self.text[block.start..offset]);
        before.matches('(').count() == before.matches(')').count()
    }

    /// Where in its file `code`, a part of `file.code`, was written, and how to call it.
    fn find(&self, file: &CodeFile<'_>, code: &str) -> Found {
        let offset = span(file.code, code).start;
        let at_end = offset == file.code.len();
        let in_template = match &file.path {
            Source::Template => self.program.locate(offset),
            Source::Included(name) => {
                let words = if at_end { "the end of the file".to_owned() } else { quoted(code) };
                return Found { place: Place::of(name, file.code, offset), words, hint: None };
            }
            Source::Builtin => return Found { place: Place::whole(self.name), words: quoted(code), hint: None },
        };
        let (offset, origin) = in_template;
        let words = match origin {
            _ if at_end => "the end of the template".to_owned(),
            Origin::Block => {
                let block_end = self.program.block_at(offset).map_or(self.text.len(), |block| block.end);
                quoted(&self.text[offset..block_end.min(offset + code.len())])
            }
            Origin::Text => "text outside of any block".to_owned(),
            Origin::Joint => "the end of the block".to_owned(),
        };
        Found { place: Place::of(self.name, self.text, offset), words, hint: self.hint(offset) }
    }

    /// A peculiarity of the template language that the block at `offset` may have fallen victim to.
    fn hint(&self, offset: usize) -> Option<&'static str> {
        let block = self.program.block_at(offset)?;
        let (code, after) = (&self.text[block.clone()], self.text[block.end..].trim_start());
        let open = code.matches('{').count() > code.matches('}').count();
        if code.contains("}}") {
            Some("from `{{` to the `-}}` at the end of a line all is one block, whatever `}}` stands between")
        } else if open && after.starts_with("}}") {
            Some("the first `}}` ends the block; inside one write `} }`")
        } else {
            None
        }
    }
}

struct Found {
    place: Place,
    words: String,
    hint: Option<&'static str>,
}
