//! What neither AWS's documentation nor anybody's observation settles, as settings. The defaults
//! are what this pool takes to be likely.

use serde::Deserialize;

/// `[behaviour]` in the file of pools.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a file of settings, each of which is on or off"
)]
pub struct Behaviour {
    /// Whether names of attributes may hold white space. In pools from before May 2024, in some
    /// Regions, they may not.
    pub white_space_in_names: bool,
    /// Verifications a user may try in an hour that slides, good or bad ones.
    pub verifications_per_hour: usize,
    /// Codes a user may ask for in an hour that slides.
    pub code_requests_per_hour: usize,
    /// Whether a new code makes the older ones for the attribute useless.
    pub new_code_ends_older: bool,
    /// Whether a code that went to the old address makes a pending value the stored one.
    pub code_to_old_address_applies_pending: bool,
    /// What an update that sends nothing answers.
    pub no_deliveries: NoDeliveries,
    /// What becomes of `email_verified` when the e-mail address is deleted, and of the other.
    pub verified_flag_of_deleted: DeletedFlag,
    /// What the access token of a disabled user is told.
    pub disabled_user: DisabledUser,
    /// Whether a global sign-out also ends sign-ins that follow within the same second, as has been
    /// seen.
    pub sign_out_ends_whole_second: bool,
    /// What an app client reads and writes that has no list of attributes.
    pub unlisted_client_attributes: Unlisted,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoDeliveries {
    /// No `CodeDeliveryDetailsList`.
    Absent,
    /// An empty one.
    Empty,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletedFlag {
    /// It stays, and says `false`.
    False,
    /// It is deleted too.
    Removed,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisabledUser {
    /// `User is disabled.`
    Disabled,
    /// `Access Token has been revoked`
    Revoked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlisted {
    /// Every attribute, custom ones too. So does Cognito: the [fix of CVE-2026-6912] is for users
    /// who made themselves administrators by it.
    ///
    /// [fix of CVE-2026-6912]: https://github.com/aws/aws-ops-wheel/pull/165
    All,
    /// The standard attributes. So says the API reference.
    Standard,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            white_space_in_names: true,
            verifications_per_hour: 15,
            code_requests_per_hour: 5,
            new_code_ends_older: true,
            code_to_old_address_applies_pending: false,
            no_deliveries: NoDeliveries::Absent,
            verified_flag_of_deleted: DeletedFlag::False,
            disabled_user: DisabledUser::Disabled,
            sign_out_ends_whole_second: false,
            unlisted_client_attributes: Unlisted::All,
        }
    }
}
