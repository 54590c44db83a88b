//! What a larger call costs.

use crate::{
    calls::Shape,
    cost::Costs,
    instructions,
    programs::Program,
    table::{self, count, ratio},
};

const LARGER: [Shape; 3] = [
    Shape {
        token: 8 * 1024,
        ..Shape::USUAL
    },
    Shape {
        attributes: 10,
        ..Shape::USUAL
    },
    Shape {
        attributes: 50,
        ..Shape::USUAL
    },
];

/// Prints the instructions of larger calls, below those of the usual one.
pub async fn run(proxy: &Program, ours: &Program, usual: Costs) -> anyhow::Result<()> {
    let mut rows = vec![row(Shape::USUAL, usual)];
    for shape in LARGER {
        let costs = Costs {
            proxy: instructions::of_a_call(proxy, shape).await?,
            ours: instructions::of_a_call(ours, shape).await?,
        };
        rows.push(row(shape, costs));
    }
    table::print(
        "Instructions of larger calls",
        "Counted in the same way.",
        ["Token", "Attributes", "Bare proxy", "Ours", "× proxy"],
        &rows,
    );
    Ok(())
}

fn row(shape: Shape, costs: Costs) -> [String; 5] {
    let Costs { proxy, ours } = costs;
    [
        format!("{} kB", shape.token / 1024),
        shape.attributes.to_string(),
        count(proxy),
        count(ours),
        ratio(ours, proxy),
    ]
}
