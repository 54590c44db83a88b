//! The gate: a call costs no more than it may.

use anyhow::ensure;

use crate::{
    calls::Shape,
    instructions,
    programs::Program,
    table::{self, count, ratio},
};

/// Most instructions that a call may cost
#[derive(clap::Args)]
pub struct Limits {
    /// Of a call without a request_id
    #[arg(long, value_name = "INSTRUCTIONS")]
    limit: u32,
    /// Of a call with one
    #[arg(long, value_name = "INSTRUCTIONS")]
    limit_with_request_id: u32,
}

/// Prints the instructions of a call, and fails if they are above their limit.
pub async fn run(proxy: &Program, ours: &Program, limits: Limits) -> anyhow::Result<()> {
    let yardstick = instructions::of_a_call(proxy, Shape::USUAL).await?;
    let plain = instructions::of_a_call(ours, Shape::USUAL).await?;
    let with_id = instructions::of_a_call(ours, Shape::WITH_REQUEST_ID).await?;
    let calls = [
        ("The bare proxy's call", yardstick, None),
        ("A call", plain, Some(limits.limit)),
        (
            "A call with a request_id",
            with_id,
            Some(limits.limit_with_request_id),
        ),
    ];
    table::print(
        "Instructions of a call",
        "In user space, as Callgrind counts them.",
        ["", "Instructions", "At most", "× proxy"],
        &calls.map(|(name, cost, limit)| {
            [
                name.to_owned(),
                count(cost),
                limit.map(count).unwrap_or_default(),
                ratio(cost, yardstick),
            ]
        }),
    );
    for (name, cost, limit) in calls {
        check(name, cost, limit.unwrap_or(u32::MAX))?;
    }
    Ok(())
}

fn check(name: &str, cost: u32, limit: u32) -> anyhow::Result<()> {
    ensure!(
        cost <= limit,
        "{name} costs {} instructions, above its limit of {}",
        count(cost),
        count(limit)
    );
    Ok(())
}
