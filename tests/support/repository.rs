//! An image repository's files as a value, so that a test compares all of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// Every file below a folder: its bytes and when it was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree(pub BTreeMap<String, File>);

#[derive(Clone, PartialEq, Eq)]
pub struct File {
    pub bytes: Vec<u8>,
    pub modified: SystemTime,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

impl Tree {
    pub fn read(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(root).unwrap().display().to_string();
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                files.insert(name, File { bytes: fs::read(&path).unwrap(), modified });
            }
        }
        Self(files)
    }

    /// Writes the files into the folder `root`, which holds nothing else.
    pub fn write(&self, root: &Path) {
        for (name, file) in &self.0 {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.bytes).unwrap();
        }
    }

    /// The text of one file.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].bytes.clone()).unwrap()
    }

    /// Fails unless both hold the same files with the same bytes; `when` says of which case.
    #[track_caller]
    pub fn assert_same_files(&self, other: &Self, when: &str) {
        let changed = self.changed(other);
        assert!(changed.is_empty(), "{when}: {changed:?} differ");
    }

    /// The names of files that are in one of the two only, or have other bytes.
    pub fn changed(&self, other: &Self) -> Vec<String> {
        let bytes = |tree: &Self, name: &str| tree.0.get(name).map(|file| file.bytes.clone());
        let names: std::collections::BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        names.into_iter().filter(|name| bytes(self, name) != bytes(other, name)).cloned().collect()
    }
}
