//! What `/metrics` says, read as strictly as Prometheus's text format is written.
//!
//! Source: [text format](https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format)

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use http::Request;
use tokio::time::timeout;

use super::{http, scripted::PATIENCE};

/// One answer of `/metrics`.
#[derive(Debug)]
pub struct Scrape {
    pub text: String,
    /// The kind of each metric, by its name.
    pub kinds: BTreeMap<String, String>,
    /// The value of each series, by its name and labels as they are written.
    series: BTreeMap<String, f64>,
}

/// Asks the server there, and checks what it answers.
pub async fn scrape(admin: SocketAddr) -> Scrape {
    let request = Request::get("/metrics").body(String::new());
    let answer = http(&admin.to_string(), request.expect("a request")).await;
    assert_eq!(answer.status, 200);
    let kind = answer.headers.get("content-type").expect("a type");
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    Scrape::parse(answer.text)
}

/// Asks until each series has this value: what a call adds is there soon after its answer.
pub async fn settles(admin: SocketAddr, expected: &[(&str, f64)]) -> Scrape {
    let mut last = Vec::new();
    let settled = timeout(PATIENCE, async {
        loop {
            let scrape = scrape(admin).await;
            last = expected.iter().map(|(it, _)| scrape.get(it)).collect();
            let values = expected.iter().map(|(_, value)| Some(*value));
            if values.eq(last.iter().copied()) {
                return scrape;
            }
        }
    });
    let settled = settled.await.ok();
    settled.unwrap_or_else(|| panic!("{expected:?} is {last:?}"))
}

impl Scrape {
    /// The value of a series, written as `name{label="value"}`.
    pub fn get(&self, series: &str) -> Option<f64> {
        self.series.get(series).copied()
    }

    /// The series whose names and labels begin so, and their values.
    pub fn beginning(&self, with: &str) -> BTreeMap<&str, f64> {
        let series = self.series.iter().map(|(it, value)| (&**it, *value));
        series.filter(|(it, _)| it.starts_with(with)).collect()
    }

    /// What these come to together, if there are any.
    pub fn sum(&self, with: &str) -> Option<f64> {
        self.beginning(with)
            .into_values()
            .reduce(|sum, it| sum + it)
    }

    /// The names and labels of all series.
    pub fn all(&self) -> BTreeSet<&str> {
        self.series.keys().map(String::as_str).collect()
    }

    fn parse(text: String) -> Self {
        let (mut kinds, mut series) = (BTreeMap::new(), BTreeMap::new());
        let (mut helped, mut current) = (String::new(), (String::new(), String::new()));
        assert!(text.ends_with('\n'), "the last line has an end");
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').expect("a help");
                assert!(help.ends_with('.') && !help.ends_with(".."), "{line}");
                name.clone_into(&mut helped);
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect("a type");
                assert_eq!(name, helped, "its help stands before it");
                current = (name.to_owned(), kind.to_owned());
                let before = kinds.insert(name.to_owned(), kind.to_owned());
                assert_eq!(before, None, "{name} is there once");
            } else {
                let (name, labels, value) = sample(line);
                check_name(name, &current.0, &current.1, &labels);
                let key = line[..line.len() - value.len()].trim_end().to_owned();
                let value: f64 = value.parse().expect("a number");
                assert!(current.1 == "gauge" || value >= 0.0, "{line}");
                assert_eq!(series.insert(key, value), None, "{line}: it is there once");
            }
        }
        let scrape = Self {
            text,
            kinds,
            series,
        };
        scrape.check_histograms();
        scrape
    }

    /// Buckets hold those before them, and the last one all.
    fn check_histograms(&self) {
        let mut last = ("", 0.0);
        for line in self.text.lines().filter(|line| line.contains("_bucket{")) {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            let (labels, bound) = key.rsplit_once("le=").expect("a bound");
            let value: f64 = value.parse().expect("a number");
            assert!(labels != last.0 || value >= last.1, "{line}");
            last = (labels, value);
            if bound == "\"+Inf\"}" {
                let labels = labels.trim_end_matches(['{', ',']);
                let end = if labels.contains('{') { "}" } else { "" };
                let count = format!("{}{end}", labels.replacen("_bucket", "_count", 1));
                assert_eq!(self.get(&count), Some(value), "{count}");
            }
        }
    }
}

/// The name, the names of the labels and the value of a line.
fn sample(line: &str) -> (&str, Vec<&str>, &str) {
    let end = line.find(['{', ' ']).expect("a name");
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest),
        None => (Vec::new(), rest),
    };
    let value = rest.strip_prefix(' ').expect("a space");
    assert!(!value.contains(' '), "no time: {line}");
    (name, labels, value)
}

/// The names up to the bracket, and what comes after it.
fn labels(mut rest: &str) -> (Vec<&str>, &str) {
    let mut names = Vec::new();
    loop {
        let (name, value) = rest.split_once("=\"").expect("a label");
        names.push(name);
        rest = &value[end_of_value(value)..];
        if let Some(rest) = rest.strip_prefix('}') {
            return (names, rest);
        }
        rest = rest.strip_prefix(',').expect("another label");
    }
}

/// Where the quotation mark is over that ends a value.
fn end_of_value(text: &str) -> usize {
    let mut characters = text.char_indices();
    loop {
        match characters.next().expect("an end") {
            (end, '"') => return end + 1,
            (_, '\\') => {
                let (_, escaped) = characters.next().expect("an escape");
                assert!(matches!(escaped, 'n' | '"' | '\\'), "\\{escaped}");
            }
            _ => {}
        }
    }
}

/// Whether a sample's name belongs to the metric before it.
fn check_name(name: &str, metric: &str, kind: &str, labels: &[&str]) {
    assert!(
        is_name(name) && labels.iter().all(|it| is_name(it)),
        "{name}"
    );
    let different: BTreeSet<_> = labels.iter().collect();
    assert_eq!(different.len(), labels.len(), "each label is there once");
    let has_bound = labels.contains(&"le");
    let fits = match kind {
        "counter" => name == metric && name.ends_with("_total"),
        "gauge" => name == metric && !name.ends_with("_total"),
        "histogram" => match name.strip_prefix(metric) {
            Some("_bucket") => has_bound,
            Some("_sum" | "_count") => !has_bound,
            _ => false,
        },
        _ => false,
    };
    assert!(fits, "{name} in {metric}, a {kind}");
}

fn is_name(name: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(is_word)
}
