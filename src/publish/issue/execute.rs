//! The decision carried out, with another look wherever the outcome is not known or somebody else was faster.
//!
//! Owns the order of changes, in which a run may stop anywhere. GitHub opens the same issue twice for whoever asks twice: an
//! issue is looked for after it was opened, and of two the older one stays. Refuses to write where all is as wanted.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Decision, Seen, Step, Wish, decide};
use super::look::{Looker, View};
use super::{IssueError, IssueMark, Standing, WantedIssue};
use crate::publish::github::{Issue, IssueEdit, NewIssue, Remote, RemoteError};

/// What was done about one id, or with a dry run, what would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueDone {
    /// What the issue is about. From an issue's body where none is wanted: foreign text.
    pub id: String,
    /// Its number, where there is one.
    pub number: Option<u64>,
    /// Its page, where there is one.
    pub url: Option<String>,
    /// Its title as it is or would be.
    pub title: String,
    /// Its body without the mark, where the run wrote or would write it.
    pub body: Option<String>,
    /// What was done.
    pub action: IssueAction,
    /// What else a reader should know.
    pub warnings: Vec<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueAction {
    /// It was opened.
    Opened,
    /// Its words were brought up to date.
    Updated,
    /// It was closed with this comment.
    Closed(String),
    /// All is as wanted; nothing was written.
    Unchanged,
    /// A person closed it for this content.
    LeftClosed,
    /// It was left as it is, for this reason.
    Left(String),
}

/// How often is looked anew before a restless issue is left to the next run.
const LOOKS: usize = 5;

/// GitHub refuses bodies of more characters. Bytes are never fewer.
const LONGEST: usize = 65_536;

/// Keeps an open issue for each that is wanted, and closes those of ids that are wanted no more and settled by `of_id`. By
/// id: what was done, and what went wrong with it alone; those wanted first, in their order. Of two that are wanted for one
/// id the first counts. `label` is what the issues are looked for by, one that all of them are wanted to carry.
///
/// `of_id` is given text out of issues' bodies, which may be anything: what it does not know is [`Standing::Unknown`].
pub async fn keep(
    remote: &Remote,
    label: &str,
    wanted: &[WantedIssue],
    of_id: &(dyn Fn(&str) -> Standing + Send + Sync),
    dry_run: bool,
) -> Result<Vec<(String, Result<IssueDone, IssueError>)>, RemoteError> {
    let ids: BTreeSet<_> = wanted.iter().map(|wanted| wanted.id.as_str()).collect();
    let mut looker = Looker::new(remote, label, ids.clone());
    let view = looker.look().await?;
    let mut unwanted = BTreeSet::new();
    let others = view.seen.values().filter(|seen| seen.issue.open && !ids.contains(seen.mark.id.as_str()));
    let others = others.filter(|seen| of_id(&seen.mark.id) != Standing::Elsewhere);
    let others: Vec<_> = others.map(|seen| seen.mark.id.clone()).filter(|id| unwanted.insert(id.clone())).collect();
    let mut kept = BTreeSet::new();
    let wanted = wanted.iter().filter(|wanted| kept.insert(wanted.id.as_str()));
    let all: Vec<_> =
        wanted.map(|it| (it.id.clone(), Some(it))).chain(others.into_iter().map(|id| (id, None))).collect();
    let mut run = Keeping { looker, view: Some(view), opened: BTreeMap::new(), of_id, dry_run, told: BTreeSet::new() };
    let mut results = Vec::new();
    for (id, wanted) in all {
        let done = run.keep(&id, wanted).await;
        results.push((id, done));
    }
    Ok(results)
}

struct Keeping<'a> {
    looker: Looker<'a>,
    /// What was seen last; nothing where it may have changed since.
    view: Option<View>,
    /// What this run opened, by number: a list may lag.
    opened: BTreeMap<u64, Seen>,
    of_id: &'a (dyn Fn(&str) -> Standing + Send + Sync),
    dry_run: bool,
    /// What was said already of the whole.
    told: BTreeSet<String>,
}

/// What has been done about one id so far.
#[derive(Default)]
struct Sofar {
    wrote: Option<IssueAction>,
    issue: Option<Issue>,
    warnings: Vec<String>,
}

impl Keeping<'_> {
    async fn keep(&mut self, id: &str, wanted: Option<&WantedIssue>) -> Result<IssueDone, IssueError> {
        let (mut sofar, mut last) = (Sofar::default(), None);
        for _ in 0..LOOKS {
            match self.once(id, wanted, &mut sofar).await {
                Ok(Some(action)) => return Ok(self.done(id, wanted, sofar, action)),
                Ok(None) => {}
                Err(error) if error.calls_for_another_look() => last = Some(error),
                Err(error) => {
                    self.view = None;
                    return Err(error.into());
                }
            }
            self.view = None;
        }
        Err(IssueError::Restless { id: id.to_owned(), repository: self.looker.remote.name().clone(), last })
    }

    /// One look, one decision, its execution. Nothing if another look is needed.
    async fn once(
        &mut self,
        id: &str,
        wanted: Option<&WantedIssue>,
        sofar: &mut Sofar,
    ) -> Result<Option<IssueAction>, RemoteError> {
        let seen = self.about(id).await?;
        let mark = wanted.map(WantedIssue::mark);
        let words_stay = wanted.is_some_and(|wanted| wanted.words_stay);
        let wish = mark.as_ref().map(|mark| Wish { mark, words_stay });
        let Decision { step, doubled } = decide(wish, &seen, || (self.of_id)(id));
        if let Step::Keep(kept)
        | Step::Reword(kept)
        | Step::Close(kept, _)
        | Step::StayClosed(kept)
        | Step::Leave(kept, _) = &step
        {
            sofar.issue = Some(kept.issue.clone());
            for double in &doubled {
                if !self.dry_run && !self.close_doubled(double, kept.issue.number).await? {
                    return Ok(None);
                }
                let (double, kept) = (double.issue.number, kept.issue.number);
                sofar.warnings.push(format!("#{double} was opened besides #{kept} for the same and is closed"));
            }
        }
        let done = match step {
            Step::Nothing | Step::Keep(_) => Some(sofar.wrote.take().unwrap_or(IssueAction::Unchanged)),
            Step::StayClosed(_) => Some(IssueAction::LeftClosed),
            Step::Leave(_, why) => Some(IssueAction::Left(why)),
            Step::Open => self.open(wanted.expect("only what is wanted is opened"), sofar).await?,
            Step::Reword(kept) => self.reword(&kept, wanted.expect("only what is wanted is worded"), sofar).await?,
            Step::Close(kept, why) => self.close(&kept, why, sofar).await?,
        };
        Ok(done)
    }

    /// What is there about `id`.
    async fn about(&mut self, id: &str) -> Result<Vec<Seen>, RemoteError> {
        if self.view.is_none() {
            self.view = Some(self.looker.look().await?);
        }
        let listed =
            |view: &Option<View>, number: &u64| view.as_ref().is_some_and(|view| view.seen.contains_key(number));
        let unlisted: Vec<_> = self.opened.keys().filter(|number| !listed(&self.view, number)).copied().collect();
        for number in unlisted {
            // It is closed since, or the list lags, and then this may lag too.
            if let Some(issue) = self.looker.remote.issue(number).await? {
                self.know(number, Some(issue));
            }
        }
        let view = self.view.iter().flat_map(|view| view.seen.values());
        let lagging = self.opened.iter().filter(|(number, _)| !listed(&self.view, number)).map(|(_, seen)| seen);
        Ok(view.chain(lagging).filter(|seen| seen.mark.id == id).cloned().collect())
    }

    /// Opens an issue, after which another look is needed.
    async fn open(&mut self, wanted: &WantedIssue, sofar: &mut Sofar) -> Result<Option<IssueAction>, RemoteError> {
        if self.dry_run {
            return Ok(Some(IssueAction::Opened));
        }
        let mark = wanted.mark();
        let (title, body, labels) = (wanted.title.clone(), mark.under(&wanted.body, ""), self.labels(wanted));
        sofar.wrote = Some(IssueAction::Opened);
        let made = self.looker.remote.create_issue(&NewIssue { title, body, labels }).await?;
        self.opened.insert(made.number, Seen { issue: made, mark });
        Ok(None)
    }

    /// The labels that are wanted, and the one by which issues are found.
    fn labels(&self, wanted: &WantedIssue) -> Vec<String> {
        let mut labels = wanted.labels.clone();
        if !labels.iter().any(|label| label.eq_ignore_ascii_case(self.looker.label)) {
            labels.push(self.looker.label.to_owned());
        }
        labels
    }

    async fn reword(
        &mut self,
        kept: &Seen,
        wanted: &WantedIssue,
        sofar: &mut Sofar,
    ) -> Result<Option<IssueAction>, RemoteError> {
        let below = IssueMark::below(&kept.issue.body);
        let body = wanted.mark().under(&wanted.body, below);
        if !below.is_empty() && body.len() > LONGEST {
            sofar.warnings.push(format!(
                "#{} is not brought up to date: there is no room beside what others wrote in its body",
                kept.issue.number
            ));
            return Ok(Some(IssueAction::Unchanged));
        }
        let edit = IssueEdit { title: Some(wanted.title.clone()), body: Some(body), ..IssueEdit::default() };
        let before = sofar.wrote.clone();
        sofar.wrote.get_or_insert(IssueAction::Updated);
        if self.dry_run || self.edit(kept, &edit).await? {
            return Ok(sofar.wrote.take());
        }
        sofar.wrote = before;
        Ok(None)
    }

    /// Changes an issue that is still as it was seen; false if it is not.
    async fn edit(&mut self, seen: &Seen, edit: &IssueEdit) -> Result<bool, RemoteError> {
        let Issue { number, .. } = seen.issue;
        let now = self.looker.remote.issue(number).await?;
        let same =
            |now: &Issue| (now.open, &now.title, &now.body) == (seen.issue.open, &seen.issue.title, &seen.issue.body);
        if !now.as_ref().is_some_and(same) {
            self.know(number, now);
            return Ok(false);
        }
        let issue = self.looker.remote.edit_issue(number, edit).await?;
        self.know(number, Some(issue));
        Ok(true)
    }

    /// Takes in what GitHub says of an issue itself, which lists may not show, or not yet.
    fn know(&mut self, number: u64, issue: Option<Issue>) {
        let marked = issue.and_then(|issue| IssueMark::read(&issue.body).map(|mark| Seen { issue, mark }));
        if self.opened.remove(&number).is_some() {
            self.opened.extend(marked.clone().map(|seen| (number, seen)));
        }
        if let (Some(view), Some(seen)) = (&mut self.view, marked) {
            view.seen.insert(number, seen);
        }
    }

    /// Comments, then closes: in this order, so that a run that stops in between is finished by the next.
    async fn close(&mut self, seen: &Seen, why: String, sofar: &mut Sofar) -> Result<Option<IssueAction>, RemoteError> {
        if self.dry_run {
            return Ok(Some(IssueAction::Closed(why)));
        }
        let Issue { number, body, .. } = &seen.issue;
        let comments = match self.looker.remote.comments(*number).await {
            // Strangers can fill this list too.
            Err(error) if !error.is_transient() => Vec::new(),
            comments => comments?,
        };
        if !comments.iter().any(|text| text.trim() == why.trim()) {
            self.looker.remote.comment_on_issue(*number, &why).await?;
        }
        let body = IssueMark { closed: true, ..seen.mark.clone() }.replace_in(body);
        let (state, state_reason) = (Some("closed"), Some("completed"));
        sofar.wrote = Some(IssueAction::Closed(why));
        if self.edit(seen, &IssueEdit { body: Some(body), state, state_reason, title: None }).await? {
            return Ok(sofar.wrote.take());
        }
        sofar.wrote = None;
        Ok(None)
    }

    /// Closes an issue that says what `kept` says, and says so in it: one change, which is the same whoever makes it.
    async fn close_doubled(&mut self, seen: &Seen, kept: u64) -> Result<bool, RemoteError> {
        let words =
            format!("Closed by pybump: two runs at once opened an issue for this. #{kept} is the one that is kept.");
        let mark = IssueMark { closed: true, ..seen.mark.clone() };
        let body = Some(mark.under(&words, IssueMark::below(&seen.issue.body)));
        let (state, state_reason) = (Some("closed"), Some("not_planned"));
        self.edit(seen, &IssueEdit { body, state, state_reason, title: None }).await
    }

    fn done(&mut self, id: &str, wanted: Option<&WantedIssue>, sofar: Sofar, action: IssueAction) -> IssueDone {
        let Sofar { issue, mut warnings, .. } = sofar;
        let view = self.view.as_ref();
        let forged = view.into_iter().flat_map(|view| view.forged.values()).filter(|forged| forged.mark.id == id);
        warnings.extend(forged.map(|forged| {
            let author = forged.issue.author.as_ref().map_or("nobody", |author| &author.login).escape_debug();
            format!(
                "#{} by {author} bears pybump's mark; pybump does not rely on it: its author is no collaborator",
                forged.issue.number
            )
        }));
        let unread: Vec<_> = view.into_iter().flat_map(|view| view.warnings.iter().cloned()).collect();
        warnings.extend(unread.into_iter().filter(|warning| self.told.insert(warning.clone())));
        if let (IssueAction::Opened, Some(issue), Some(wanted)) = (&action, &issue, wanted) {
            let lacks = |label: &&String| !issue.labels.iter().any(|there| there.eq_ignore_ascii_case(label));
            let lacking: Vec<_> = self.labels(wanted).iter().filter(lacks).cloned().collect();
            if !lacking.is_empty() {
                let (number, lacking) = (issue.number, lacking.join(", "));
                warnings.push(format!("#{number} was not labelled {lacking}: the token may not set labels"));
            }
        }
        let worded = wanted.filter(|_| matches!(action, IssueAction::Opened | IssueAction::Updated));
        let title = worded.map(|wanted| &wanted.title).or(issue.as_ref().map(|issue| &issue.title));
        IssueDone {
            id: id.to_owned(),
            number: issue.as_ref().map(|issue| issue.number),
            title: title.or(wanted.map(|wanted| &wanted.title)).cloned().unwrap_or_default(),
            url: issue.map(|issue| issue.url),
            body: worded.map(|wanted| wanted.body.clone()),
            action,
            warnings,
        }
    }
}
