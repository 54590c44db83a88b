//! Tables in Markdown.

use std::time::Duration;

use thousands::Separable as _;

/// Prints a table under its title and what it shows. The first column's cells are its rows' names.
pub fn print<const N: usize>(title: &str, what: &str, head: [&str; N], rows: &[[String; N]]) {
    println!("### {title}\n\n{what}\n");
    println!("{}", line(head));
    println!("|---|{}", "---:|".repeat(N - 1));
    for row in rows {
        println!("{}", line(row.each_ref().map(String::as_str)));
    }
    println!();
}

fn line<const N: usize>(cells: [&str; N]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// Such as `12,345`.
pub fn count(count: impl Into<u64>) -> String {
    let count: u64 = count.into();
    count.separate_with_commas()
}

/// How many times as much, such as `1.25`.
pub fn ratio(value: impl Into<f64>, of: impl Into<f64>) -> String {
    format!("{:.2}", value.into() / of.into())
}

/// Such as `12.3`.
pub fn micros(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e6)
}

/// Such as `0.12`.
pub fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}
