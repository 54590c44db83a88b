//! What the alerts and their runbooks say of the server's errors.

use std::collections::BTreeSet;

use super::text;
use crate::readme::{code_spans, rows, rows_of};

/// What stands between quotation marks after this.
fn quoted<'a>(text: &'a str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("{after}\"")).expect("a matcher");
    rest.split('"').next().expect("its end")
}

#[test]
fn the_runbook_of_calls_that_fail_has_every_reason_that_they_can_have() {
    let records = text("components/prometheus-operator/records.yaml");
    let record = "record: namespace:user_attributes_calls_failed:rate5m";
    let (_, record) = records.split_once(record).expect("a record");
    let codes: BTreeSet<_> = quoted(record, "rpc_status_code=~").split('|').collect();
    let reason = quoted(record, "reason=");
    let failing: BTreeSet<_> = rows("## Errors")
        .filter_map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let name = code_spans(cells[1])[0];
            (codes.contains(cells[2]) || name == reason).then_some(name)
        })
        .collect();

    let runbooks = text("README.md");
    let told = rows_of(&runbooks, "### UserAttributesErrorBudgetBurnsFast");
    let told = told.flat_map(|row| code_spans(row.split('|').nth(1).expect("a cell")));
    assert_eq!(told.collect::<BTreeSet<_>>(), failing);
}
