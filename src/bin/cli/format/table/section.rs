//! A part of a table: a title, a header and rows.

use icu_properties::{CodePointMapData, props::EastAsianWidth};

/// Columns that a cell has besides its text.
const PADDING: usize = 4;
const ROW: &str = "\x1b[1m\x1b[34m";
const BARS: &str = "\x1b[2m\x1b[33m";
const PLAIN: &str = "\x1b[0m";

pub struct Section {
    title: String,
    level: usize,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns of the longest text, for each column.
    widths: Vec<usize>,
}

impl Section {
    pub fn new(title: &str, level: usize) -> Self {
        Self {
            title: title.to_owned(),
            level,
            header: Vec::new(),
            rows: Vec::new(),
            widths: Vec::new(),
        }
    }

    pub fn set_header(&mut self, header: Vec<String>) {
        self.widen(&header);
        self.header = header;
    }

    /// Whether the row has as many cells as those before it.
    pub fn add_row(&mut self, row: Vec<String>) -> bool {
        let fits =
            (self.widths.is_empty() && self.rows.is_empty()) || self.widths.len() == row.len();
        if fits {
            self.widen(&row);
            self.rows.push(row);
        }
        fits
    }

    /// The one row below the header becomes a row for each of its cells.
    pub fn turn(&mut self) {
        if self.rows.len() != 1 || self.header.is_empty() {
            return;
        }
        let mut turned = Self::new(&self.title, self.level);
        let cells = self.header.drain(..).zip(self.rows.remove(0));
        for (name, value) in cells {
            turned.add_row(vec![name, value]);
        }
        *self = turned;
    }

    /// Columns that it needs, with its bars.
    pub fn width(&self) -> usize {
        let cells: usize = self.widths.iter().map(|width| width + PADDING).sum();
        cells.max(columns(&self.title)) + 2 + 2 * self.level
    }

    pub fn render(&self, text: &mut String, width: usize, has_color: bool) {
        let width = width - 2 * self.level;
        let bars = painted("|", BARS, has_color).repeat(self.level);
        for line in self.lines(width, has_color) {
            for part in [&bars, &line, &bars, "\n"] {
                write(text, part, has_color);
            }
        }
    }

    fn lines(&self, width: usize, has_color: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(centered(&self.title, width, "|"));
            if self.header.is_empty() && self.rows.is_empty() {
                lines.push(format!("+{}+", "-".repeat(width - 2)));
            }
        }
        let widths = self.scaled(width);
        let edge = |index: usize| if index == 0 { "|" } else { "" };
        let rule = || -> String {
            let part = |(index, width): (usize, &usize)| {
                let left = if index == 0 { "+" } else { "" };
                format!("{left}{}+", "-".repeat(width - 1 - left.len()))
            };
            widths.iter().enumerate().map(part).collect()
        };
        if !self.header.is_empty() {
            lines.push(rule());
            let names = self.header.iter().zip(&widths).enumerate();
            let names = names.map(|(index, (name, width))| centered(name, *width, edge(index)));
            lines.push(names.collect());
        }
        if !self.rows.is_empty() && !widths.is_empty() {
            lines.push(rule());
            for row in &self.rows {
                let cells = row.iter().zip(&widths).enumerate();
                let cells = cells
                    .map(|(index, (cell, width))| aligned(cell, *width, edge(index), has_color));
                lines.push(cells.collect());
            }
            lines.push(rule());
        }
        lines
    }

    /// The columns' widths, stretched until they fill the whole; what rounding leaves is taken from
    /// the first ones, or given to the last.
    fn scaled(&self, whole: usize) -> Vec<usize> {
        let widths: Vec<_> = self.widths.iter().map(|width| width + PADDING).collect();
        let sum: usize = widths.iter().sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a table has some thousands of columns at most"
        )]
        let scale =
            |width: usize| (whole as f64 / sum as f64 * width as f64).round_ties_even() as usize;
        let mut scaled: Vec<_> = widths.into_iter().map(scale).collect();
        while !scaled.is_empty() {
            let off = scaled.iter().sum::<usize>();
            let Some(count) = off.abs_diff(whole).checked_sub(1) else {
                break;
            };
            let count = (count + 1).min(scaled.len());
            if off > whole {
                scaled.iter_mut().take(count).for_each(|width| *width -= 1);
            } else {
                scaled
                    .iter_mut()
                    .rev()
                    .take(count)
                    .for_each(|width| *width += 1);
            }
        }
        scaled
    }

    fn widen(&mut self, cells: &[String]) {
        if self.widths.is_empty() {
            self.widths = vec![0; cells.len()];
        }
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = columns(cell).max(*width);
        }
    }
}

/// The AWS CLI takes each colour back behind whatever it writes.
pub fn write(text: &mut String, part: &str, has_color: bool) {
    text.push_str(part);
    if has_color {
        text.push_str(PLAIN);
    }
}

/// With a bar on the right. What doesn't fit isn't cut.
fn centered(text: &str, width: usize, left: &str) -> String {
    let before = (width / 2).saturating_sub(columns(text) / 2 + 1);
    let after = width.saturating_sub(1 + left.len() + before + columns(text));
    format!("{left}{}{text}{}|", " ".repeat(before), " ".repeat(after))
}

fn aligned(text: &str, width: usize, left: &str, has_color: bool) -> String {
    let needed = columns(text) + left.len() + 1;
    let before = if needed + 2 <= width { 2 } else { 0 };
    let after = width.saturating_sub(needed + before);
    let (before, after) = (" ".repeat(before), " ".repeat(after));
    let text = painted(text, ROW, has_color);
    format!("{left}{before}{text}{after}|")
}

fn painted(text: &str, color: &str, has_color: bool) -> String {
    if has_color {
        format!("{color}{text}{PLAIN}")
    } else {
        text.to_owned()
    }
}

/// As the AWS CLI counts them: wide characters take two, and so do the ambiguous ones, such as é,
/// whatever the terminal makes of them.
fn columns(text: &str) -> usize {
    let widths = CodePointMapData::<EastAsianWidth>::new();
    let columns = |character| match widths.get(character) {
        EastAsianWidth::Ambiguous | EastAsianWidth::Fullwidth | EastAsianWidth::Wide => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}
