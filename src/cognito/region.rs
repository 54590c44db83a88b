//! The names of AWS's Regions.

/// The Region that goes with an endpoint that was given alone.
pub(super) const DEFAULT: &str = "us-east-1";

/// A Region becomes part of a host name, so it must be one label of it.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=63).contains(&text.len())
        && text.bytes().all(label)
        && !text.starts_with('-')
        && !text.ends_with('-')
    {
        Ok(text.to_owned())
    } else {
        Err("a Region is 1 to 63 of the characters a-z 0-9 -, such as eu-central-1".to_owned())
    }
}

/// Whether a Region could have this name: an area such as `eu` or `us-gov`, a direction and a digit.
/// AWS's endpoint rules make an address of any other name, too, which nothing answers. A list of the
/// Regions would refuse the next one.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html>
pub(super) fn is_name(name: &str) -> bool {
    const DIRECTIONS: [&str; 9] = [
        "central",
        "north",
        "northeast",
        "northwest",
        "east",
        "west",
        "south",
        "southeast",
        "southwest",
    ];
    let parts: Vec<&str> = name.split('-').collect();
    let [area @ .., direction, number] = parts.as_slice() else {
        return false;
    };
    (1..=2).contains(&area.len())
        && area.iter().all(|part| {
            (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
        })
        && DIRECTIONS.contains(direction)
        && matches!(number.as_bytes(), [b'1'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_name_that_no_region_can_have_is_told() {
        for name in [
            "eu-central-1",
            "ap-northeast-3",
            "us-gov-west-1",
            "cn-northwest-1",
            "us-isob-east-1",
            "eusc-de-east-1",
            "mx-central-1",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "-",
            "eu",
            "eu-central",
            "central-1",
            "-central-1",
            "eu-central-0",
            "eu-central-11",
            "eu-centrl-1",
            "eu-central-1a",
            "eu-central-1-",
            "eu_central_1",
            "eucentral-1",
            "us-gov-iso-west-1",
            "europe-west-1",
            "e-west-1",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
