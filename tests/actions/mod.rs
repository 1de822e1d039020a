//! In a job of GitHub Actions: annotations, groups, a summary and outputs; and no text from outside speaks to the runner.

mod hostile;
mod publishing;
mod records;
mod stage;
mod telling;
