//! Inputs of the SDK's as JSON: structures, lists, maps and strings, which is all that these
//! operations have. The SDK's own serializer looks for what to escape byte by byte, and takes more
//! for a token than the rest of its request does.

use aws_smithy_schema::{
    Schema,
    serde::{SerdeError, SerializableStruct, ShapeSerializer},
};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

/// A token, and some more: most requests have fewer bytes.
const USUAL: usize = 2048;

/// The input as JSON.
///
/// # Errors
///
/// If it holds anything else.
pub(super) fn to_json(input: &impl SerializableStruct) -> Result<Vec<u8>, SerdeError> {
    let mut writer = Writer {
        json: Vec::with_capacity(USUAL),
        within: Within::Structure,
        is_first: true,
    };
    writer.write_struct(input.schema(), input)?;
    Ok(writer.json)
}

struct Writer {
    json: Vec<u8>,
    within: Within,
    /// Whether nothing stands in it yet.
    is_first: bool,
}

/// What the next value stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A member of it has a name.
    Structure,
    List,
    /// Strings in turn are a key and a value.
    MapBeforeKey,
    MapBeforeValue,
}

type Write<'a> = &'a dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;

impl Writer {
    /// What stands before a value.
    fn begin(&mut self, schema: &Schema<'_>) {
        if self.within == Within::MapBeforeValue {
            self.json.push(b':');
            self.within = Within::MapBeforeKey;
            return;
        }
        if !self.is_first {
            self.json.push(b',');
        }
        self.is_first = false;
        match (self.within, schema.member_name()) {
            (Within::Structure, Some(name)) => {
                self.string(name);
                self.json.push(b':');
            }
            (Within::MapBeforeKey, _) => self.within = Within::MapBeforeValue,
            _ => {}
        }
    }

    fn string(&mut self, text: &str) {
        serde_json::to_writer(&mut self.json, text).expect("memory takes every string");
    }

    fn nested(
        &mut self,
        schema: &Schema<'_>,
        within: Within,
        [open, close]: [u8; 2],
        write: impl FnOnce(&mut Self) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.begin(schema);
        self.json.push(open);
        let outside = std::mem::replace(&mut self.within, within);
        self.is_first = true;
        write(self)?;
        self.json.push(close);
        self.within = outside;
        self.is_first = false;
        Ok(())
    }
}

fn unsupported() -> Result<(), SerdeError> {
    Err(SerdeError::unsupported("no input has anything but strings"))
}

impl ShapeSerializer for Writer {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.nested(schema, Within::Structure, *b"{}", |it| {
            value.serialize_members(it)
        })
    }

    fn write_list(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        self.nested(schema, Within::List, *b"[]", |it| write(it))
    }

    fn write_map(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        self.nested(schema, Within::MapBeforeKey, *b"{}", |it| write(it))
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        self.begin(schema);
        self.string(value);
        Ok(())
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        self.begin(schema);
        self.json.extend_from_slice(b"null");
        Ok(())
    }

    fn write_boolean(&mut self, _: &Schema<'_>, _: bool) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_byte(&mut self, _: &Schema<'_>, _: i8) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_short(&mut self, _: &Schema<'_>, _: i16) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_integer(&mut self, _: &Schema<'_>, _: i32) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_long(&mut self, _: &Schema<'_>, _: i64) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_float(&mut self, _: &Schema<'_>, _: f32) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_double(&mut self, _: &Schema<'_>, _: f64) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_big_integer(&mut self, _: &Schema<'_>, _: &BigInteger) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_big_decimal(&mut self, _: &Schema<'_>, _: &BigDecimal) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_blob(&mut self, _: &Schema<'_>, _: Blob) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_timestamp(&mut self, _: &Schema<'_>, _: &DateTime) -> Result<(), SerdeError> {
        unsupported()
    }

    fn write_document(&mut self, _: &Schema<'_>, _: &Document) -> Result<(), SerdeError> {
        unsupported()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentityprovider::{
        operation::{
            delete_user_attributes::DeleteUserAttributesInput, get_user::GetUserInput,
            get_user_attribute_verification_code::GetUserAttributeVerificationCodeInput,
            update_user_attributes::UpdateUserAttributesInput,
            verify_user_attribute::VerifyUserAttributeInput,
        },
        types::AttributeType,
    };
    use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
    use aws_smithy_schema::codec::Codec as _;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// What the SDK's own serializer makes of it.
    fn by_sdk(input: &impl SerializableStruct) -> serde_json::Value {
        let settings = JsonCodecSettings::builder().use_json_name(false).build();
        let mut serializer = JsonCodec::new(settings).create_serializer();
        serializer
            .write_struct(input.schema(), input)
            .expect("strings");
        serde_json::from_slice(&serializer.finish()).expect("JSON")
    }

    fn check(input: &impl SerializableStruct) {
        let json = to_json(input).expect("strings");
        let read: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        assert_eq!(read, by_sdk(input), "{}", String::from_utf8_lossy(&json));
    }

    fn attribute(name: &str, value: Option<&String>) -> AttributeType {
        let attribute = AttributeType::builder().name(name);
        attribute.set_value(value.cloned()).build().expect("a name")
    }

    proptest! {
        #[test]
        fn every_input_is_as_the_sdk_writes_it(
            texts in vec(any::<String>(), 0..5),
            token in any::<String>(),
            has_value in any::<bool>(),
        ) {
            let attributes: Vec<_> = texts
                .iter()
                .map(|text| attribute(text, has_value.then_some(&token)))
                .collect();
            let metadata = texts.iter().map(|text| (text.clone(), token.clone())).collect();
            check(
                &UpdateUserAttributesInput::builder()
                    .set_user_attributes(Some(attributes))
                    .access_token(&token)
                    .set_client_metadata(Some(metadata))
                    .build()
                    .expect("complete"),
            );
            check(
                &DeleteUserAttributesInput::builder()
                    .set_user_attribute_names(Some(texts))
                    .access_token(&token)
                    .build()
                    .expect("complete"),
            );
            check(
                &VerifyUserAttributeInput::builder()
                    .access_token(&token)
                    .attribute_name(&token)
                    .code(&token)
                    .build()
                    .expect("complete"),
            );
            check(
                &GetUserAttributeVerificationCodeInput::builder()
                    .access_token(&token)
                    .attribute_name(&token)
                    .client_metadata(&token, "value")
                    .build()
                    .expect("complete"),
            );
            check(&GetUserInput::builder().access_token(&token).build().expect("complete"));
        }
    }
}
