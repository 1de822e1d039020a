//! The matrix series × variant, as rows of cells: what every format lays out in its own way.

use super::PageReport;

/// A variant, and what each series has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The variant.
    pub variant: &'a str,
    /// In the order of the series; nothing where a series has no such Dockerfile.
    pub cells: Vec<Option<Cell<'a>>>,
}

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Its folder, from the repository's root.
    pub folder: String,
    /// The CPython version that it builds.
    pub version: &'a str,
    /// The tag by which most people would ask for it: the first that does not name the patch release.
    pub tag: Option<&'a str>,
    /// True if the update that is to come removes it.
    pub goes: bool,
}

/// The rows, Linux before Windows, in the order in which the newest series that has a variant lists it.
pub fn matrix(report: &PageReport) -> Vec<Row<'_>> {
    let mut variants: Vec<&str> = Vec::new();
    for variant in report.series.iter().flat_map(|series| &series.variants) {
        if !variants.contains(&variant.name.as_str()) {
            variants.push(&variant.name);
        }
    }
    variants.sort_by_key(|variant| variant.starts_with("windows/"));
    let row = |variant| {
        let cells = report.series.iter().map(|series| {
            let there = series.variants.iter().find(|there| there.name == variant)?;
            let broad = there.tags.iter().find(|tag| !tag.starts_with(&series.version));
            Some(Cell {
                folder: format!("{}/{variant}", series.key),
                version: &series.version,
                tag: broad.or(there.tags.first()).map(String::as_str),
                goes: there.goes,
            })
        });
        Row { variant, cells: cells.collect() }
    };
    variants.into_iter().map(row).collect()
}
