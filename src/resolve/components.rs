//! setuptools, pip and the get-pip pin: where they should be, and never backwards without a CPython change.

use jiff::Timestamp;

use super::observation::Seen;
use super::plan::ComponentChange;
use crate::config::{Config, SetuptoolsConfig};
use crate::model::{ComponentName, ComponentVersion, Entry, PythonVersion, Series};
use crate::sources::ensurepip::Bundled;
use crate::sources::get_pip::GetPipPin;

/// What stands in the way of settling the components.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A source did not answer, and CPython is to move or the key is new.
    Unreachable(String),
    /// The entry tracks setuptools, the release bundles none.
    NoSetuptools,
}

/// The components of one entry, and what they are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Components<'a> {
    pub(super) entry: &'a Entry,
    pub(super) to: &'a PythonVersion,
    pub(super) ensurepip: Option<&'a Seen<Bundled>>,
    pub(super) get_pip: Option<&'a Seen<GetPipPin>>,
    pub(super) config: &'a Config,
    pub(super) now: Timestamp,
    /// True for a key that the manifest does not have yet.
    pub(super) new: bool,
}

impl Components<'_> {
    /// The changes, and notes on what was adjusted or left.
    pub(super) fn changes(&self) -> Result<(Vec<ComponentChange>, Vec<String>), Obstacle> {
        let mut changes = Vec::new();
        let mut notes = Vec::new();
        let moves = self.new || *self.to != self.entry.version;
        if self.entry.setuptools.is_some() || self.entry.pip.is_some() {
            let unread = match self.ensurepip {
                Some(Seen::Found(bundled)) => {
                    self.packages(bundled, &mut changes, &mut notes)?;
                    None
                }
                Some(Seen::Failed(why) | Seen::Missing(why)) => Some(why.as_str()),
                None => Some("it was not asked for"),
            };
            match unread.map(|why| format!("ensurepip at its tag: {why}")) {
                Some(why) if moves => return Err(Obstacle::Unreachable(why)),
                Some(why) => notes.push(format!("components not checked: {why}")),
                None => {}
            }
        }
        let is_pip = |change: &_| matches!(change, ComponentChange::Package { name: ComponentName::Pip, .. });
        let moves = moves || changes.iter().any(is_pip);
        self.get_pip(moves, &mut changes, &mut notes)?;
        Ok((changes, notes))
    }

    /// setuptools and pip, each where the entry tracks it.
    fn packages(
        &self,
        bundled: &Bundled,
        changes: &mut Vec<ComponentChange>,
        notes: &mut Vec<String>,
    ) -> Result<(), Obstacle> {
        if let Some(at) = &self.entry.setuptools {
            let bundled = bundled.setuptools.as_ref().ok_or(Obstacle::NoSetuptools)?;
            let to = self.setuptools(self.to.series(), bundled, notes);
            self.package(ComponentName::Setuptools, at, to, changes, notes);
        }
        if let Some(at) = &self.entry.pip {
            self.package(ComponentName::Pip, at, bundled.pip.clone(), changes, notes);
        }
        Ok(())
    }

    /// setuptools as bundled, with the configured override or floor applied.
    fn setuptools(&self, series: Series, bundled: &ComponentVersion, notes: &mut Vec<String>) -> ComponentVersion {
        let none = SetuptoolsConfig::default();
        let SetuptoolsConfig { floor, pinned } =
            self.config.series.get(&series).map_or(&none, |series| &series.setuptools);
        if let Some(pinned) = pinned {
            let today = self.now.to_zoned(jiff::tz::TimeZone::UTC).date();
            if today <= pinned.expires {
                notes.push(format!(
                    "setuptools {} by override until {}: {}",
                    pinned.version, pinned.expires, pinned.reason
                ));
                return pinned.version.clone();
            }
            notes.push(format!(
                "the override of setuptools {} expired on {}; remove it from the configuration",
                pinned.version, pinned.expires
            ));
        }
        match floor {
            Some(floor) if floor > bundled => {
                notes.push(format!("setuptools {floor} by the configured floor; {} bundles {bundled}", self.to));
                floor.clone()
            }
            _ => bundled.clone(),
        }
    }

    fn package(
        &self,
        name: ComponentName,
        at: &ComponentVersion,
        to: ComponentVersion,
        changes: &mut Vec<ComponentChange>,
        notes: &mut Vec<String>,
    ) {
        if self.new {
            changes.push(ComponentChange::Package { name, from: None, to });
        } else if to < *at && *self.to == self.entry.version {
            notes.push(format!("{name} stays at {at} rather than go back to {to}: that takes a CPython change"));
        } else if to != *at {
            changes.push(ComponentChange::Package { name, from: Some(at.clone()), to });
        }
    }

    /// Moves the get-pip pin along with CPython or pip, or alone where configured. An old pin stays good, so a source
    /// that does not answer blocks a new key alone.
    fn get_pip(
        &self,
        moves: bool,
        changes: &mut Vec<ComponentChange>,
        notes: &mut Vec<String>,
    ) -> Result<(), Obstacle> {
        let Some(at) = &self.entry.get_pip else { return Ok(()) };
        if !moves && !self.config.get_pip.alone {
            return Ok(());
        }
        let unread = match self.get_pip {
            Some(Seen::Found(pin)) => {
                if self.new || pin.commit != *at {
                    let from = (!self.new).then(|| at.clone());
                    changes.push(ComponentChange::GetPip { from, to: pin.clone() });
                }
                return Ok(());
            }
            Some(Seen::Missing(why) | Seen::Failed(why)) => why.as_str(),
            None => "it was not asked for",
        };
        if self.new {
            return Err(Obstacle::Unreachable(format!("the get-pip pin: {unread}")));
        }
        notes.push(format!("the get-pip pin stays: {unread}"));
        Ok(())
    }
}
