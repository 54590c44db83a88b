//! What a call costs.

use crate::{
    calls::Shape,
    instructions,
    programs::Program,
    table::{self, count, ratio},
};

/// Instructions of the usual call.
#[derive(Clone, Copy)]
pub struct Costs {
    /// The yardstick's.
    pub proxy: u32,
    /// The server's.
    pub ours: u32,
}

/// Prints the instructions of a call.
pub async fn run(
    proxy: &Program,
    with_mimalloc: &Program,
    ours: &Program,
) -> anyhow::Result<Costs> {
    let usual = Shape::USUAL;
    // The rest of the log tells when the server is ready.
    let without_log = ours
        .clone()
        .with("--log-filter=info,user_attributes::telemetry::line=off,audit=off");
    let with_json = ours.clone().with("--log-format=json");
    let costs = Costs {
        proxy: instructions::of_a_call(proxy, usual).await?,
        ours: instructions::of_a_call(ours, usual).await?,
    };
    let with_mimalloc = instructions::of_a_call(with_mimalloc, usual).await?;
    let rows = [
        ("Bare proxy", costs.proxy),
        ("Bare proxy with mimalloc", with_mimalloc),
        ("Ours", costs.ours),
        (
            "Ours, with a request_id",
            instructions::of_a_call(ours, Shape::WITH_REQUEST_ID).await?,
        ),
        (
            "Ours, without log and audit",
            instructions::of_a_call(&without_log, usual).await?,
        ),
        (
            "Ours, with a token that has claims",
            instructions::of_a_call(ours, Shape::WITH_CLAIMS).await?,
        ),
        (
            "Ours, with its log in JSON",
            instructions::of_a_call(&with_json, usual).await?,
        ),
    ];
    table::print(
        "Instructions of a call",
        "In user space, as Callgrind counts them. The calls come one after another on one \
         connection. Each has a token of 1 kB and one attribute.",
        ["", "Instructions", "× proxy", "× proxy with mimalloc"],
        &rows.map(|(name, cost)| {
            [
                name.to_owned(),
                count(cost),
                ratio(cost, costs.proxy),
                ratio(cost, with_mimalloc),
            ]
        }),
    );
    Ok(costs)
}
