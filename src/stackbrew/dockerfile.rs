//! What a Dockerfile says about its parents and about the files that it copies.
//!
//! Owns splitting into instructions: continued lines are joined, comments and here-documents are not instructions.
//! Refuses to substitute arguments: `FROM $BASE` is a parent of that name.

/// The images that the stages of a Dockerfile start from, each once; names of its own stages and `scratch` are none.
pub(super) fn parents(text: &str) -> Vec<String> {
    let mut stages = Vec::new();
    let mut parents = Vec::new();
    for words in instructions(text, "FROM") {
        let mut words = words.into_iter().filter(|word| !word.starts_with("--"));
        let Some(image) = words.next() else { continue };
        if image != "scratch" && !stages.contains(&image.to_ascii_lowercase()) && !parents.contains(&image) {
            parents.push(image);
        }
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
            stages.extend(words.next().map(|stage| stage.to_ascii_lowercase()));
        }
    }
    parents
}

/// The sources of `COPY` that come from the build context, as they are written.
pub(super) fn copied(text: &str) -> Vec<String> {
    let mut sources = Vec::new();
    for words in instructions(text, "COPY") {
        let flags = words.iter().take_while(|word| word.starts_with("--")).count();
        let (flags, words) = words.split_at(flags);
        if flags.iter().any(|flag| flag.starts_with("--from=")) {
            continue;
        }
        let words = serde_json::from_str::<Vec<String>>(&words.join(" ")).unwrap_or_else(|_| words.to_vec());
        let count = words.len().saturating_sub(1);
        sources.extend(words.into_iter().take(count).filter(|source| !source.starts_with("<<")));
    }
    sources
}

/// The words after `name` of each such instruction.
fn instructions(text: &str, name: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let escape = escape(text);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if is_comment(line) {
            continue;
        }
        let mut instruction = String::new();
        let mut part = line.trim_end();
        while let Some(start) = part.strip_suffix(escape) {
            instruction.push_str(start);
            instruction.push(' ');
            // Comments and empty lines between continued lines do not end the instruction.
            let Some(next) = lines.find(|line| !is_comment(line) && !line.trim().is_empty()) else {
                part = "";
                break;
            };
            part = next.trim_end();
        }
        instruction.push_str(part);
        for (end, tabs) in here_documents(&instruction) {
            lines.find(|line| if tabs { line.trim_start_matches('\t') == end } else { *line == end });
        }
        let mut words = instruction.split_ascii_whitespace();
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case(name)) {
            found.push(words.map(str::to_owned).collect());
        }
    }
    found
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The character that continues a line: a backslash, or what the `escape` directive on top says.
fn escape(text: &str) -> char {
    let directives =
        text.lines().map_while(|line| line.trim().strip_prefix('#')).filter_map(|line| line.split_once('='));
    let backtick =
        directives.into_iter().any(|(name, value)| name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`");
    if backtick { '`' } else { '\\' }
}

/// The ends of the here-documents that an instruction starts, and whether tabs before them are dropped.
fn here_documents(instruction: &str) -> Vec<(String, bool)> {
    let known = ["RUN", "COPY", "ADD"];
    let mut words = instruction.split_ascii_whitespace();
    if !words.next().is_some_and(|word| known.iter().any(|known| word.eq_ignore_ascii_case(known))) {
        return Vec::new();
    }
    let end = |word: &str| {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (rest, tabs) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let quoted =
            ['"', '\''].into_iter().find_map(|quote| rest.strip_prefix(quote)?.split_once(quote)).map(|(end, _)| end);
        let bare = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        quoted.or(bare).filter(|end| !end.is_empty()).map(|end| (end.to_owned(), tabs))
    };
    words.filter_map(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_the_images_of_all_stages_but_the_dockerfile_s_own() {
        let text = "# FROM no\nARG X\nFROM --platform=linux/amd64 golang:1 AS Build\nRUN from os import path\n\
                    from build as more\nFROM scratch\nFROM \\\n  debian:trixie\nFROM debian:trixie\n";
        assert_eq!(parents(text), ["golang:1", "debian:trixie"]);
    }

    #[test]
    fn what_only_looks_like_an_instruction_is_none() {
        let text = "FROM a:1\nRUN set -eux; \\\n# FROM b\n\n  FROM c; \\\n  COPY d /\nRUN <<EOF python\nfrom e import f\n\
                    COPY g /\nEOF\nRUN 3<<-'X.Y' x\nFROM h\n\tX.Y\nCOPY i /\n";
        assert_eq!((parents(text), copied(text)), (vec!["a:1".to_owned()], vec!["i".to_owned()]));
        let windows = "# escape=`\nFROM a:1\nRUN x `\n  FROM b\nRUN c:\\\nFROM d:1\n";
        assert_eq!(parents(windows), ["a:1", "d:1"]);
    }

    #[test]
    fn copied_files_come_from_the_build_context() {
        let text = "COPY --from=build /a /b\ncopy --chown=x:y --link a b/ /c/\nCOPY c \\\n  d \\\n  /e\n\
                    COPY [\"f g\", \"h\", \"/i/\"]\nCOPY <<EOF j /k/\nCOPY l /\nEOF\nADD m /\nCOPY\nCOPY n\n";
        assert_eq!(copied(text), ["a", "b/", "c", "d", "f g", "h", "j"]);
    }
}
