//! The manual page, of the program or of a command.

use std::io;

use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, roman},
};

use super::PROGRAM;

/// The page, as troff. What follows a command's options in its help are sections of their own.
pub fn page(command: Command) -> io::Result<String> {
    let help = command.get_after_help().map(ToString::to_string);
    let has_commands = command.has_subcommands();
    // A command's whole name takes more than half of a line, and the page's head has it twice.
    let man = Man::new(command).title(PROGRAM).source(concat!(
        env!("CARGO_BIN_NAME"),
        " ",
        env!("CARGO_PKG_VERSION")
    ));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    for section in help.iter().flat_map(|help| help.split("\n\n")) {
        render(section, &mut page)?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A heading and the lines below it, which stay as they are.
fn render(section: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let (heading, lines) = section.split_once(":\n").unwrap_or(("Notes", section));
    // As man-pages(7) calls them.
    let heading = match heading {
        "Example" => "EXAMPLES",
        "Exit codes" => "EXIT STATUS",
        heading => heading,
    };
    let mut roff = Roff::new();
    roff.control("SH", [heading]).control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []).to_writer(page)
}
