//! The service's own requests: any bytes that protobuf takes for one are a call or a list of
//! violations.
//!
//! ```sh
//! cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none requests
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use prost::Message;
use user_attributes::{
    attributes::{CodeRequest, Deletion, Update, UserQuery, Verification},
    proto,
};

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    match choice % 5 {
        0 => check::<proto::UpdateUserAttributesRequest, Update>(input),
        1 => check::<proto::VerifyUserAttributeRequest, Verification>(input),
        2 => check::<proto::GetUserAttributeVerificationCodeRequest, CodeRequest>(input),
        3 => check::<proto::DeleteUserAttributesRequest, Deletion>(input),
        _ => check::<proto::GetUserRequest, UserQuery>(input),
    }
});

fn check<M: Message + Default, T: TryFrom<M>>(input: &[u8]) {
    if let Ok(message) = M::decode(input) {
        let _ = T::try_from(message);
    }
}
