//! What was meant by a name that is none.

use strsim::damerau_levenshtein;

/// Of the known names the one that takes the fewest slips to write so, if those are fewer than half
/// of its letters.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|known| (damerau_levenshtein(name, known), known))
        .min_by_key(|(slips, _)| *slips)
        .filter(|(slips, _)| *slips < name.chars().count().div_ceil(2))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_with_a_few_slips_has_a_nearest_one_and_a_far_off_one_has_none() {
        let known = ["eu-central-1", "eu-west-1", "sa-east-1"];
        for (name, nearest_one) in [
            ("eu-central-9", Some("eu-central-1")),
            ("eu-cnetral-1", Some("eu-central-1")),
            ("eu-central-11", Some("eu-central-1")),
            ("euwest1", Some("eu-west-1")),
            ("elsewhere", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), nearest_one, "{name}");
        }
    }
}
