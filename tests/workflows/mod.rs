//! The workflows and the action, each step run by a script in the order and the environment that a runner gives it.

mod action;
mod bump;
mod others;
mod runner;
mod stage;
mod verify;
mod words;
