//! The names of AWS's Regions.

use crate::settings::nearest;

/// The Region that goes with an endpoint that was given alone.
pub(super) const DEFAULT: &str = "us-east-1";

/// Every Region of every partition, whether or not it has user pools by now. AWS's endpoint rules
/// make an address of any other name, too, which nothing answers.
///
/// Source: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// A name that isn't among the Regions that this release knows.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name:?} (--region, AWS_REGION) isn't a Region that this release knows{}; a new one is called \
     by --endpoint-url (AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER) \
     https://cognito-idp.{name}.amazonaws.com",
    .nearest.map(|nearest| format!(", the nearest is {nearest}")).unwrap_or_default()
)]
pub struct UnknownRegion {
    name: String,
    nearest: Option<&'static str>,
}

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

/// Refuses a name that has no address of AWS's.
pub(super) fn check(name: &str) -> Result<(), UnknownRegion> {
    if REGIONS.contains(&name) {
        return Ok(());
    }
    Err(UnknownRegion {
        name: name.to_owned(),
        nearest: nearest(name, REGIONS.iter().copied()),
    })
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, check, parse};

    #[test]
    fn a_name_that_no_region_has_is_refused_with_the_nearest_that_one_has() {
        for region in REGIONS.iter().copied() {
            assert!(parse(region).is_ok() && check(region).is_ok(), "{region}");
        }
        for (name, told) in [
            ("eu-central-9", "the nearest is eu-central-1;"),
            ("us-gov-est-1", "the nearest is us-gov-east-1;"),
            ("elsewhere", "that this release knows;"),
        ] {
            let error = check(name).expect_err(name).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
