//! Turns a template's parts into one jq program, and back: which line of the template a place of the program came from.
//!
//! Owns the splicing rules and the source map. Text runs stay out of the program: it asks for them by number.

use std::ops::Range;

use super::blocks::{Part, SPACE};

/// The function of one argument that yields a text run by its number.
pub(super) const TEXT_RUN: &str = "_template_text";
/// The function of one argument, an identity, that notes which block is being evaluated.
pub(super) const ENTER_BLOCK: &str = "_template_block";

/// The function of one argument that notes which block failed, and fails with its input.
pub(super) const FAIL_IN_BLOCK: &str = "_template_failure";

/// A template as a jq program.
#[derive(Debug)]
pub(super) struct Program {
    /// The jq source: hoisted definitions, then one expression.
    pub code: String,
    /// The text runs, by number.
    pub texts: Vec<Range<usize>>,
    /// Where in the template each block stands that is evaluated, by number.
    pub blocks: Vec<Range<usize>>,
    definitions: Vec<Range<usize>>,
    segments: Vec<Segment>,
}

/// What an open splice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Splice {
    /// A branch of `if`.
    Branch,
    /// The argument of something: `map(`, `path(`.
    Call,
}

/// What stands at a place of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Written in a block of the template.
    Block,
    /// Stands for a text run.
    Text,
    /// Added by [`assemble`] around or between blocks.
    Joint,
}

#[derive(Debug)]
struct Segment {
    program: usize,
    template: usize,
    origin: Origin,
}

/// Builds the program; `None` if nothing of the template would be rendered, neither text nor expression.
///
/// - A block that is one comment line vanishes; `def`, `include` and `import` go ahead of the expression.
/// - A block that starts with `)` or ends in `(` is spliced as it is: nothing is put around its open side and no `+` next to it.
/// - Anything else is put in parentheses and added to what stands before it.
pub(super) fn assemble(template: &str, parts: &[Part]) -> Option<Program> {
    let mut definitions = Writer::default();
    let mut expression = Writer::default();
    let (mut texts, mut blocks, mut hoisted) = (Vec::new(), Vec::new(), Vec::new());
    let mut splices = Vec::new();
    for part in parts {
        match part {
            Part::Text(range) => {
                let call = format!("{TEXT_RUN}({})", texts.len());
                expression.join(range.start, false);
                expression.push(&call, range.start, Origin::Text);
                texts.push(range.clone());
            }
            Part::Block(range) => {
                let block = &template[range.clone()];
                if is_comment(block) {
                    continue;
                }
                if is_definition(block) {
                    definitions.push(block, range.start, Origin::Block);
                    definitions.push(";\n", range.end, Origin::Joint);
                    hoisted.push(range.clone());
                    continue;
                }
                expression.join(range.start, block.starts_with(')'));
                if block.starts_with(')') {
                    splices.pop();
                }
                // Inside `path(`, `del(` and their like a block is a path, which cannot be caught.
                let catches = splices.iter().all(|splice| *splice == Splice::Branch);
                expression.block(block, range, blocks.len(), catches);
                if block.ends_with('(') {
                    let branch = block.starts_with("if") || after_branch_keyword(block).is_some();
                    splices.push(if branch { Splice::Branch } else { Splice::Call });
                }
                blocks.push(range.clone());
            }
        }
    }
    if expression.code.is_empty() {
        return None;
    }
    let Writer { mut code, mut segments } = definitions;
    segments.extend(expression.segments.into_iter().map(|s| Segment { program: s.program + code.len(), ..s }));
    code.push_str(&expression.code);
    Some(Program { code, texts, blocks, definitions: hoisted, segments })
}

impl Program {
    /// The template offset that the program's byte `offset` came from, and what stands there.
    pub fn locate(&self, offset: usize) -> (usize, Origin) {
        let index = self.segments.partition_point(|segment| segment.program <= offset);
        let Some(segment) = index.checked_sub(1).and_then(|index| self.segments.get(index)) else {
            return (0, Origin::Joint);
        };
        match segment.origin {
            Origin::Block => (segment.template + (offset - segment.program), Origin::Block),
            origin => (segment.template, origin),
        }
    }

    /// The block, evaluated or hoisted, that the template offset lies in or at the end of.
    pub fn block_at(&self, offset: usize) -> Option<&Range<usize>> {
        self.blocks.iter().chain(&self.definitions).find(|block| block.start <= offset && offset <= block.end)
    }
}

fn is_comment(block: &str) -> bool {
    block.starts_with('#') && !block.contains('\n')
}

fn is_definition(block: &str) -> bool {
    let follows = |word| block.strip_prefix(word).is_some_and(|rest| rest.starts_with(SPACE));
    ["def", "include", "import"].into_iter().any(follows)
}

#[derive(Default)]
struct Writer {
    code: String,
    segments: Vec<Segment>,
}

impl Writer {
    fn push(&mut self, code: &str, template: usize, origin: Origin) {
        self.segments.push(Segment { program: self.code.len(), template, origin });
        self.code.push_str(code);
    }

    /// Puts a `+` between what stands so far and what follows, unless a splice is open on one side.
    fn join(&mut self, template: usize, next_closes: bool) {
        if self.code.is_empty() {
            return;
        }
        let joint = if self.code.ends_with('(') || next_closes { "\n" } else { "\n+ " };
        self.push(joint, template, Origin::Joint);
    }

    /// Writes a block, with the notice that it is being evaluated at each place where evaluation enters it.
    ///
    /// A sum tells of an error in its left side only after it has evaluated the right one. So what stands on its own, a
    /// whole block or the condition of a splice, catches its own errors and notes where they came from.
    fn block(&mut self, block: &str, range: &Range<usize>, number: usize, catches: bool) {
        let enter = format!("{ENTER_BLOCK}({number}) | ");
        let catch = format!(") catch {FAIL_IN_BLOCK}({number}) ");
        let mut start = 0;
        if block.starts_with(')') {
            if let Some(after) = after_branch_keyword(block) {
                self.push(&block[..after], range.start, Origin::Block);
                self.push(&format!(" {enter}"), range.start + after, Origin::Joint);
                start = after;
            }
        } else {
            self.push(&format!("({enter}"), range.start, Origin::Joint);
        }
        let caught =
            if block.starts_with(')') || block.ends_with('(') { condition(block, start) } else { Some(0..block.len()) };
        if let Some(caught) = caught.filter(|_| catches) {
            self.push(&block[start..caught.start], range.start + start, Origin::Block);
            self.push(" try (", range.start + caught.start, Origin::Joint);
            self.push(&block[caught.clone()], range.start + caught.start, Origin::Block);
            self.push(&catch, range.start + caught.end, Origin::Joint);
            start = caught.end;
        }
        self.push(&block[start..], range.start + start, Origin::Block);
        if !block.ends_with('(') {
            self.push(")", range.end, Origin::Joint);
        }
    }
}

/// The condition of `if X then (`, or of `) elif X then (`, whose keyword ends at `after`.
fn condition(block: &str, after: usize) -> Option<Range<usize>> {
    let start = match block.strip_prefix("if") {
        Some(rest) if rest.starts_with(SPACE) => 2,
        _ if block[..after].ends_with("elif") => after,
        _ => return None,
    };
    let before = block.strip_suffix('(')?.trim_end_matches(SPACE).strip_suffix("then")?;
    (before.len() > start && before.ends_with(SPACE)).then_some(start..before.len())
}

/// Where a condition or branch begins in `) elif X then (` and `) else X end`.
fn after_branch_keyword(block: &str) -> Option<usize> {
    let rest = block.strip_prefix(')')?.trim_start_matches([' ', '\t', '\n']);
    let keyword = ["elif", "else"].into_iter().find(|keyword| rest.starts_with(keyword))?;
    let after = block.len() - rest.len() + keyword.len();
    let ends_there = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':');
    block[after..].starts_with(ends_there).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::super::blocks::cut;
    use super::*;

    fn program(template: &str) -> Program {
        assemble(template, &cut(template).unwrap()).unwrap()
    }

    fn code(template: &str) -> String {
        program(template).code.replace(TEXT_RUN, "text").replace(ENTER_BLOCK, "block").replace(FAIL_IN_BLOCK, "failed")
    }

    #[test]
    fn text_and_expressions_are_added_up() {
        insta::assert_snapshot!(code("a {{ .b }}{{ .c }}\n"), @r"
        text(0)
        + (block(0) |  try (.b) catch failed(0) )
        + (block(1) |  try (.c) catch failed(1) )
        + text(1)
        ");
    }

    #[test]
    fn splices_stay_open() {
        insta::assert_snapshot!(code("{{ if .a then ( -}}\na\n{{ ) elif .b then ( -}}\nb\n{{ ) else \"\" end -}}\nc\n"), @r#"
        (block(0) | if try ( .a ) catch failed(0) then (
        text(0)
        ) elif block(1) |  try ( .b ) catch failed(1) then (
        text(1)
        ) else block(2) |  "" end)
        + text(2)
        "#);
    }

    #[test]
    fn definitions_go_first_and_comments_go_away() {
        insta::assert_snapshot!(code("a{{ def f: 1 }}{{ # note }}b{{ include \"x\" }}{{ defx }}\n"), @r#"
        def f: 1;
        include "x";
        text(0)
        + text(1)
        + (block(0) |  try (defx) catch failed(0) )
        + text(2)
        "#);
    }

    #[test]
    fn a_template_of_definitions_alone_is_no_program() {
        assert!(assemble("", &[]).is_none());
        let template = "{{ def f: 1 -}}\n{{ # note -}}\n";
        assert!(assemble(template, &cut(template).unwrap()).is_none());
    }

    #[test]
    fn every_character_of_a_block_is_found_again() {
        let template =
            "text\n{{ def f:\n .x }}{{ if .a then ( -}}\nmore\n{{ ) elif .b then ( -}}\n{{ ) else f end }}\n";
        let program = program(template);
        for word in [".x", "if", ".a", "elif", ".b", "then", "else", "f end"] {
            let (offset, origin) = program.locate(program.code.find(word).unwrap());
            assert_eq!((&template[offset..offset + word.len()], origin), (word, Origin::Block));
        }
        let text_call = program.code.rfind(TEXT_RUN).unwrap();
        assert_eq!(program.locate(text_call), (template.len() - 1, Origin::Text));
    }
}
