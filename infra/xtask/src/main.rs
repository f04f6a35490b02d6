//! The project's own commands: `cargo xtask --help`.

use std::process::Command;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use xtask::files::Files;
use xtask::{manifests, new, root, run};

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: What,
}

#[derive(Subcommand)]
enum What {
    /// Write what is generated from the declarations: the template, the lists, the documents, the events
    Generate {
        /// Write nothing; fail if something would change
        #[arg(long)]
        check: bool,
    },
    /// Create the package of a new operation
    New {
        /// okay, xweibo or qzone
        family: String,
        /// The operation's name, as callers spell it
        name: String,
    },
    /// Build every function for Lambda; further options go to `cargo lambda build`
    Build(Options),
    /// Build and deploy the stack; further options go to `sam deploy`
    Deploy(Options),
    /// Delete the stack, but not its table and its bucket; further options go to `sam delete`
    Delete(Options),
    /// Run single functions beside the local system; further options go to `cargo lambda watch`
    Local(Options),
}

#[derive(Args)]
struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

fn main() -> Result<()> {
    let root = root();
    match Arguments::parse().command {
        What::Generate { check } => generate(check),
        What::New { family, name } => {
            new::new(&root, &family, &name)?;
            generate(false)
        }
        What::Build(own) => run::build(&root, &own.options),
        What::Deploy(own) => run::deploy(&root, &own.options),
        What::Delete(own) => run::delete(&root, &own.options),
        What::Local(own) => run::local(&root, &own.options),
    }
}

/// The lists come first, because a program that is built with them writes the rest.
fn generate(is_check: bool) -> Result<()> {
    let root = root();
    let mut files = Files::new(&root, is_check);
    manifests::generate(&mut files, &root)?;
    files.finish()?;
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "-q", "-p", "generate", "--"]);
    if is_check {
        command.arg("--check");
    }
    run::run(&root, command)
}
