//! How messages are encoded: as tonic does it, within two bounds that it doesn't have.
//!
//! A call has one message. And a message has so many entries at most: one of 1 MiB could hold half a
//! million empty ones, which take fifty times their bytes once they are decoded.

use prost::{
    Message,
    bytes::Buf as _,
    encoding::{DecodeContext, decode_key, skip_field},
};
use tonic::{
    Status,
    codec::{BufferSettings, Codec, DecodeBuf, Decoder},
};
use tonic_prost::{ProstCodec, ProstDecoder, ProstEncoder};

/// Most fields and entries of lists and maps that a message has.
const MAX_ENTRIES: usize = 16 * 1024;
/// Fewest bytes of an entry: a tag and a length.
const SHORTEST_ENTRY: usize = 2;

/// The codec of every method, for servers and clients.
#[derive(Clone, Debug)]
pub struct OneMessageCodec<T, U>(ProstCodec<T, U>);

/// Decodes the one message of a call.
#[derive(Clone, Debug)]
pub struct OneMessageDecoder<U> {
    inner: ProstDecoder<U>,
    is_done: bool,
}

impl<T, U> Default for OneMessageCodec<T, U> {
    fn default() -> Self {
        Self(ProstCodec::default())
    }
}

impl<T, U> Codec for OneMessageCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = OneMessageDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        self.0.encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        OneMessageDecoder {
            inner: self.0.decoder(),
            is_done: false,
        }
    }
}

impl<U: Message + Default> Decoder for OneMessageDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        if self.is_done {
            return Err(Status::unimplemented("the call has more than one message"));
        }
        if source.remaining() > MAX_ENTRIES * SHORTEST_ENTRY
            && entries(source.chunk()) > MAX_ENTRIES
        {
            return Err(Status::out_of_range("the message has too many entries"));
        }
        self.is_done = true;
        self.inner.decode(source)
    }

    fn buffer_settings(&self) -> BufferSettings {
        self.inner.buffer_settings()
    }
}

/// How many entries an encoded message has, up to the first that can't be decoded.
fn entries(mut message: &[u8]) -> usize {
    let mut count = 0;
    while let Ok((tag, wire_type)) = decode_key(&mut message) {
        if skip_field(wire_type, tag, &mut message, DecodeContext::default()).is_err() {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{AttributeType, UpdateUserAttributesRequest};

    #[test]
    fn every_entry_of_a_message_is_counted() {
        let message = UpdateUserAttributesRequest {
            user_attributes: vec![AttributeType::default(); 3],
            access_token: "token".to_owned(),
            client_metadata: [("a", "1"), ("b", "2")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            request_id: String::new(),
        };
        assert_eq!(entries(&message.encode_to_vec()), 6);
        assert_eq!(entries(&[]), 0);
        assert_eq!(entries(&[0x0a, 0x7f]), 0, "it is cut off");
    }
}
