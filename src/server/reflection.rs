//! What the port tells of itself: its services, and the details of their errors.

use tonic::service::Routes;
use tonic_reflection::{
    pb,
    server::{Builder, Error},
};

use crate::proto::FILE_DESCRIPTOR_SET;

/// Largest message of reflection, in bytes. It holds a name.
const MAX_MESSAGE: usize = 4 * 1024;

/// Adds reflection in both of its versions. grpcui, ghz and older clients know v1alpha alone.
pub fn add_to(routes: Routes) -> Result<Routes, Error> {
    let v1 = described().build_v1()?;
    let v1alpha = described().build_v1alpha()?;
    Ok(routes
        .add_service(v1.max_decoding_message_size(MAX_MESSAGE))
        .add_service(v1alpha.max_decoding_message_size(MAX_MESSAGE)))
}

fn described() -> Builder<'static> {
    Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        // No method names what is in a status, and a client decodes it by what it finds here.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(pb::v1alpha::FILE_DESCRIPTOR_SET)
}
