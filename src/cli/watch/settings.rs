//! What `pybump watch` is told by its configuration and its arguments, and the file that it is told anew by.
//!
//! Refuses settings that cannot work: at the start they end the process, later the ones before stay in force.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cli::arguments::{Cli, WatchArguments};
use crate::cli::pr::repository;
use crate::cli::setup::Process;
use crate::cli::status::Misuse;
use crate::config::{Config, FILE, Listen, RepositoryName};
use crate::model::Sha256;
use crate::watch::clone::{Source, WatchedClone};
use crate::watch::timetable::Timetable;

/// What is watched, when, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// When rounds are due.
    pub timetable: Timetable,
    /// The port, if one is wanted.
    pub listen: Option<Listen>,
    /// What is watched, in the configuration's order.
    pub repositories: Vec<Watched>,
    /// Mirrors for all repositories, as `--mirror` has them.
    pub mirrors: Vec<String>,
}

/// One repository that is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Its clone.
    pub clone: WatchedClone,
    /// The configuration that `--config` names for it; nothing where the repository's own counts.
    pub config: Option<Config>,
}

impl Watched {
    /// The repository's name on GitHub.
    pub fn name(&self) -> &RepositoryName {
        &self.clone.name
    }
}

/// The file that the settings come from, as it was read last.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    explicit: bool,
    text: Option<String>,
}

impl SettingsFile {
    /// The file that `cli` means.
    pub fn of(cli: &Cli) -> Self {
        let path = cli.config.clone().unwrap_or_else(|| cli.directory.join(FILE));
        Self { path, explicit: cli.config.is_some(), text: None }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file; the text, and whether it is another than the last time.
    pub fn read(&mut self) -> Result<bool> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if !self.explicit && error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                self.forget();
                return Err(Misuse(format!("cannot read {}: {error}", self.path.display())).into());
            }
        };
        let changed = self.text.as_ref() != Some(&text);
        self.text = Some(text);
        Ok(changed)
    }

    /// Takes whatever is read next for another text.
    pub fn forget(&mut self) {
        self.text = None;
    }

    /// The settings that the file, as read last, and the `arguments` make.
    pub fn settings(
        &self,
        cli: &Cli,
        arguments: &WatchArguments,
        process: &Process,
        clone_of: &dyn Fn(&RepositoryName) -> PathBuf,
    ) -> Result<Settings> {
        let config = self.config()?;
        let timetable = Timetable {
            schedule: arguments.schedule.clone().unwrap_or_else(|| config.watch.schedule.clone()),
            zone: arguments.timezone.clone().unwrap_or_else(|| config.watch.timezone.clone()),
            jitter: config.watch.jitter,
        };
        let listen = arguments.listen.or(config.watch.listen);
        let mirrors = config.mirrors.iter().map(|(from, to)| format!("{from}={to}"));
        let mirrors = mirrors.filter(|_| !config.watch.repositories.is_empty()).chain(cli.mirror.iter().cloned());
        let mirrors = mirrors.collect();
        let server = process.variable("GITHUB_SERVER_URL").unwrap_or("https://github.com").trim_end_matches('/');
        let watched = config.watch.repositories.iter().map(|watched| {
            let (folder, from) = if let Some(path) = &watched.path {
                (path.clone(), Source::Origin)
            } else {
                let url = watched.url.as_ref().map(|url| url.as_str().to_owned());
                (clone_of(&watched.name), Source::Url(url.unwrap_or_else(|| format!("{server}/{}.git", watched.name))))
            };
            Watched { clone: WatchedClone { name: watched.name.clone(), folder, from }, config: None }
        });
        let mut repositories: Vec<_> = watched.collect();
        if repositories.is_empty() {
            repositories.push(self.own_clone(cli, config, process)?);
        }
        Ok(Settings { timetable, listen, repositories, mirrors })
    }

    /// Where the state is kept: as told, else in a folder of the user's that is this configuration's alone.
    pub fn state(&self, arguments: &WatchArguments, process: &Process) -> Result<PathBuf> {
        if let Some(folder) = &arguments.state {
            return Ok(folder.clone());
        }
        if let Some(folder) = self.config()?.watch.state {
            return Ok(folder);
        }
        let of = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let of = of.canonicalize().with_context(|| format!("cannot find {}", of.display()))?;
        let of = of.join(self.path.file_name().unwrap_or_default());
        let name = Sha256::of(of.as_os_str().as_encoded_bytes()).to_string();
        let folder = process.state_folder.as_ref();
        let folder =
            folder.ok_or_else(|| Misuse("there is no folder for state; name one with --state DIR".to_owned()))?;
        Ok(folder.join("watch").join(&name[..12]))
    }

    fn config(&self) -> Result<Config> {
        Ok(Config::read(self.text.as_deref().unwrap_or_default(), &self.path)?)
    }

    /// The clone that pybump was started in.
    fn own_clone(&self, cli: &Cli, config: Config, process: &Process) -> Result<Watched> {
        let folder = cli.directory.display();
        let git = git2::Repository::open(&cli.directory).map_err(|error| {
            Misuse(format!(
                "{folder} is no git clone ({}) and {} names no [[watch.repositories]]; run pybump in a clone of the image \
                 repository, name it with -C, or name repositories",
                error.message(),
                self.path.display()
            ))
        })?;
        let clone = WatchedClone {
            name: repository(&config.publish, process, &git)?,
            folder: cli.directory.clone(),
            from: Source::Origin,
        };
        Ok(Watched { clone, config: self.explicit.then_some(config) })
    }
}
