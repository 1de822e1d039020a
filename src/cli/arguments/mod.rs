//! Arguments and their help.

mod evidence;
mod images;
mod init;
mod library;
mod publish;
mod report;
mod schema;
mod shell;
mod watch;

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

pub use evidence::{AuditArguments, SignersArguments, TrustArguments, VerifyArguments};
pub use images::{CheckArguments, MatrixArguments, RenderArguments, UpdateArguments};
pub use init::{InitArguments, LayoutName};
pub use library::{LibraryArguments, OfficialImagesArguments, TagsArguments};
pub use publish::{PrArguments, PrImageArguments, PrLibraryArguments, PullRequest, RunArguments};
pub use report::ReportArguments;
pub use schema::{Schema, SchemaArguments};
pub use shell::{CompletionsArguments, DemoArguments, ManArguments};
pub use watch::{LogFormat, WatchArguments};

const GLOBAL: &str = "Options of every command";
const KEYS: &str = "Manifest keys such as 3.14 or 3.15-rc; none means all";

/// Release watcher and bump bot for Python container images
///
/// pybump looks at python.org and the cpython repository, verifies who signed each new release, updates versions.json
/// and regenerates the Dockerfiles. It says what it did and why, and never writes a digest that it has not verified.
#[derive(Debug, Parser)]
#[command(
    name = "pybump",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "\
Examples:
  pybump demo                 See all of it in seconds, offline
  pybump init                 Set up an image repository for unattended runs
  pybump check                What is each series at, and where should it be?
  pybump update --diff        Apply it, and show what changed
  pybump verify 3.14.6        Who signed this release?
  pybump audit                Is what was accepted still what upstream has?
  pybump run                  The scheduled job: keep the pull requests
  pybump watch                The same on a schedule, in a process that stays

Exit status:
  0  done; waits and holds are part of a good run
  1  failed, or a --check found a difference
  2  wrong usage or configuration
  3  with --exit-code: updates exist
  4  with --exit-code: something is held
  5  an artifact, or the evidence for it, changed under a released version"
)]
pub struct Cli {
    /// Work on the image repository in DIR instead of the current folder
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = GLOBAL, default_value = ".", hide_default_value = true)]
    pub directory: PathBuf,
    /// Read this configuration instead of pybump.toml in the repository
    #[arg(long, value_name = "FILE", global = true, help_heading = GLOBAL)]
    pub config: Option<PathBuf>,
    /// Ask TO instead of FROM, two URL prefixes; may be given several times
    #[arg(long, value_name = "FROM=TO", global = true, help_heading = GLOBAL)]
    pub mirror: Vec<String>,
    /// How to print results
    #[arg(long, value_enum, global = true, help_heading = GLOBAL, default_value_t = Format::Text, hide_default_value = true)]
    pub format: Format,
    /// Say more: digests and issuers; twice: every request
    #[arg(short, long, global = true, help_heading = GLOBAL, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say only what went wrong
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,
    /// When to use colour; auto follows the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(long, value_enum, global = true, help_heading = GLOBAL, default_value_t = Color::Auto, hide_default_value = true)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; `pybump schema` prints its shape
    Json,
    /// For documentation; of `pybump check`, `matrix`, `report` and `tags`, of which text is the same
    Markdown,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On terminals
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what each series is at, where it should be, and why
    ///
    /// Verifies the evidence of each target, downloads no artifact, and writes nothing into the repository.
    #[command(after_help = "\
Examples:
  pybump check                        All series
  pybump check 3.14 3.15-rc           Two of them
  pybump check --exit-code            Status 3 if updates exist, 4 if held
  pybump check --format json |
    jq -r '.series[] | select(.status == \"update\") | .key'")]
    Check(CheckArguments),
    /// Bring the manifest and the Dockerfiles up to date
    ///
    /// Verifies every artifact of each new release, bytes included, before it writes anything. Files are replaced
    /// atomically; a series whose Dockerfiles are not what the templates give is left alone.
    #[command(after_help = "\
Examples:
  pybump update                       All series
  pybump update 3.14 --diff           One of them, showing what changed
  pybump update --dry-run --diff      What would change; writes nothing
  pybump update --commit              A commit for each series that changes
  pybump update --commit --dry-run    Those commits by subject and id only
  pybump update 3.16-rc               Start tracking a series")]
    Update(UpdateArguments),
    /// Regenerate Dockerfiles from the manifest and the templates
    #[command(after_help = "\
Examples:
  pybump render                       Write every Dockerfile that differs
  pybump render 3.14                  Those of one series
  pybump render --check               List what differs; status 1 if any")]
    Render(RenderArguments),
    /// Verify every artifact of one release and print the evidence
    #[command(after_help = "\
Examples:
  pybump verify 3.14.6                Who signed it? Do the bytes agree?
  pybump verify 3.15.0b3 --no-download")]
    Verify(VerifyArguments),
    /// Judge again what was accepted: every tracked series and the whole ledger
    ///
    /// Asks upstream for the evidence of every artifact that the manifest or the ledger has a digest of, and compares signer,
    /// digest, size and bundle with what was accepted. What is another is an alarm, with status 5; what is not there any more,
    /// or cannot be had, is told with status 1. With keys, only these series.
    #[command(after_help = "\
Examples:
  pybump audit                        By the evidence and the announced sizes
  pybump audit 3.14 --download        Also the bytes, some 50 MB a release
  pybump audit --base origin/main     A pull request, by what its base pins
  pybump audit --format json |
    jq -r '.artifacts[] | select(.verdict != \"holds\") | .file'")]
    Audit(AuditArguments),
    /// Print who is pinned to sign which series; compare with python.org's pages
    ///
    /// Without an option it asks nobody. A release signed by anyone else than pinned is held until a person has changed
    /// the pins; `pybump run` proposes what the pages say in a pull request of its own.
    #[command(after_help = "\
Examples:
  pybump signers                      Who signs what, on which evidence
  pybump signers --check              Status 1 if the pages say another
  pybump signers --update --dry-run   What that would change in the file
  pybump signers --format json |
    jq -r '.pins[] | .series + \" \" + .sigstore.identity'")]
    Signers(SignersArguments),
    /// Print the official-images library file for HEAD
    ///
    /// Tags, architectures and commits of every Dockerfile, in stackbrew format. The parents' architectures come from
    /// docker-library/official-images. Needs all of history: with actions/checkout, fetch-depth: 0.
    #[command(after_help = "\
Examples:
  pybump library                                      Ask GitHub for the parents
  pybump library --official-images ../official-images
  pybump library --check ../official-images/library/python")]
    Library(LibraryArguments),
    /// Print the list of supported tags with links to their Dockerfiles
    #[command(after_help = "\
Examples:
  pybump tags                         As markdown
  pybump tags --format json | jq -r '.simple[].tags[0]'
  pybump tags --registry registry.example/python
                                      Tags of a mirror
  pybump tags --readme README.md      Replace what is between
                                      <!-- pybump tags --> and
                                      <!-- /pybump tags -->")]
    Tags(TagsArguments),
    /// Print a build matrix for GitHub Actions: a job for each Dockerfile
    ///
    /// One line of JSON, {"include":[...]}, each row with name, series, variant, version, dockerfile, context, tags, runs-on and
    /// platform. With --base, only Dockerfiles whose folder changed, of which there may be none: GitHub takes no
    /// empty matrix, so skip the job then.
    #[command(after_help = "\
Examples:
  pybump matrix                       Every Dockerfile that versions.json names
  pybump matrix --base origin/main    Those that a pull request changed
  echo \"matrix=$(pybump matrix --base \"$BASE\")\" >> \"$GITHUB_OUTPUT\"
  pybump matrix 3.14 --format markdown")]
    Matrix(MatrixArguments),
    /// Open a pull request, or bring an open one up to date
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Pr(PrArguments),
    /// Do the scheduled job: check, verify, and keep the pull requests
    ///
    /// The same as `pybump pr image` and then, once the default branch is ahead of official-images, `pybump pr library`.
    /// Nothing is written into the clone. A second run that finds nothing new writes nothing.
    #[command(after_help = "\
Examples:
  pybump run                          In a workflow, with a token set
  pybump run --dry-run                Say what would be done, and told

With notify.issue = true one issue is kept about all that needs a person; PYBUMP_WEBHOOK names a webhook, as Slack's, \
that is told what is new.")]
    Run(RunArguments),
    /// Stay, and do the scheduled job on a schedule
    ///
    /// For the clone that it is started in, or for every [[watch.repositories]] of the configuration, which ask upstream once
    /// together. Each is fetched with git and read at its default branch; work trees are not touched. A round that was missed is
    /// made up once, what failed is tried again sooner, and the configuration is read again when it changes. SIGTERM stops it
    /// within 10 s, SIGHUP reads the configuration, SIGUSR1 runs now.
    #[command(after_help = "\
Examples:
  pybump watch                        Every six hours, with a token set
  pybump watch --schedule \"30 4 * * 1-5\" --timezone Europe/Berlin
  pybump watch --config images.toml --listen 9464 --log json
  curl -s http://127.0.0.1:9464/healthz")]
    Watch(WatchArguments),
    /// Report where the images stand, how they got there, and on what evidence
    ///
    /// The matrix of series and variants, what waits or is held, how long releases took to be proposed, and who signed
    /// what. With --html also as a page that needs no script and no network, with an Atom feed beside it. Needs all of
    /// history: with actions/checkout, fetch-depth: 0. What cannot be looked at is said to be missing, and fails nothing.
    #[command(after_help = "\
Examples:
  pybump report                       The matrix, and what needs a person
  pybump report --html public         index.html, report.json and feed.atom
  pybump report --format markdown     For a README or a step's summary
  pybump report --offline             Ask nobody: what clone and ledger tell
  pybump report --format json |
    jq -r '.timeline.bumps[] | [.key, .to, .seconds] | @tsv'")]
    Report(ReportArguments),
    /// Set up an image repository, new or not, so that pybump runs there unattended
    ///
    /// Looks at the folder and says what it found, then writes pybump.toml, state/ and the workflows, and into a repository
    /// without images also templates and an empty manifest. Asks nobody. What is there is left as it is.
    #[command(after_help = "\
Examples:
  pybump init                         Write what is missing, say what is next
  pybump init --dry-run -v            Print every file; writes nothing
  pybump init .github/workflows/pybump-library.yml
                                      Only this file, useful here or not
  pybump init --force state/pybump.schema.json
                                      Replace this file by this version's")]
    Init(InitArguments),
    /// Show all of it on a made-up image repository, offline
    #[command(after_help = "\
Examples:
  pybump demo                         In a temporary folder, removed afterwards
  pybump demo --keep sandbox          Leave the image repository in ./sandbox")]
    Demo(DemoArguments),
    /// Print the JSON Schema of a command's JSON output, of the ledger's files, or of the configuration
    #[command(
        after_help = "Examples:\n  pybump schema check > check.schema.json\n  pybump schema config | jq '.properties | keys'"
    )]
    Schema(SchemaArguments),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  pybump completions bash > ~/.local/share/bash-completion/completions/pybump")]
    Completions(CompletionsArguments),
    /// Print the manual page, or write one for each command
    #[command(after_help = "Examples:\n  pybump man | man -l -\n  pybump man --out-dir man/")]
    Man(ManArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn examples_fit_into_80_columns() {
        let mut commands = vec![super::Cli::command()];
        let mut seen = 0;
        while let Some(command) = commands.pop() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines().filter(|line| line.starts_with("  ")) {
                assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
                seen += 1;
            }
            commands.extend(command.get_subcommands().cloned());
        }
        assert!(seen > 40, "{seen}");
    }
}
