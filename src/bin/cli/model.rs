//! The operations as the API has them: what each takes and answers, by its members' names, in its
//! order. <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/>

use user_attributes::proto;

use crate::shape::{Member, Shape};

/// An operation, and how its command is explained.
pub struct Operation {
    pub method: proto::Operation,
    pub command: &'static str,
    pub about: &'static str,
    /// The options of a call that a reader can copy.
    pub example: &'static str,
    pub input: &'static [Member],
    pub output: &'static [Member],
}

pub static OPERATIONS: [Operation; 5] = [
    Operation {
        method: proto::Operation::UpdateUserAttributes,
        command: "update-user-attributes",
        about: "Sets, changes or deletes attributes of the user to whom an access token belongs",
        example: "--user-attributes Name=nickname,Value=Dan Name=locale,Value=nb",
        input: &[USER_ATTRIBUTES, ACCESS_TOKEN, CLIENT_METADATA],
        output: &[optional(
            "CodeDeliveryDetailsList",
            Shape::List(&CODE_DELIVERY_DETAILS),
        )],
    },
    Operation {
        method: proto::Operation::VerifyUserAttribute,
        command: "verify-user-attribute",
        about: "Gives a code back that Cognito sent to an e-mail address or a phone number, which \
                verifies it",
        example: "--attribute-name email --code file://code",
        input: &[ACCESS_TOKEN, ATTRIBUTE_NAME, CODE],
        output: &[],
    },
    Operation {
        method: proto::Operation::GetUserAttributeVerificationCode,
        command: "get-user-attribute-verification-code",
        about: "Makes Cognito send a code for the value that an attribute has now",
        example: "--attribute-name phone_number",
        input: &[ACCESS_TOKEN, ATTRIBUTE_NAME, CLIENT_METADATA],
        output: &[optional("CodeDeliveryDetails", CODE_DELIVERY_DETAILS)],
    },
    Operation {
        method: proto::Operation::DeleteUserAttributes,
        command: "delete-user-attributes",
        about: "Deletes attributes of the user to whom an access token belongs",
        example: "--user-attribute-names nickname locale",
        input: &[USER_ATTRIBUTE_NAMES, ACCESS_TOKEN],
        output: &[],
    },
    Operation {
        method: proto::Operation::GetUser,
        command: "get-user",
        about: "Reads the user to whom an access token belongs, as far as the app client may",
        example: "--query \"UserAttributes[?Name=='email'].Value | [0]\" --output text",
        input: &[ACCESS_TOKEN],
        output: &[
            optional("Username", Shape::TEXT),
            optional("UserAttributes", Shape::List(&ATTRIBUTE_TYPE)),
            optional("MFAOptions", Shape::List(&MFA_OPTION)),
            optional("PreferredMfaSetting", Shape::TEXT),
            optional("UserMFASettingList", Shape::List(&Shape::TEXT)),
        ],
    },
];

pub const ACCESS_TOKEN: Member = Member {
    name: "AccessToken",
    shape: Shape::TEXT,
    required: true,
    about: "The access token that Cognito issued to the user.",
};
const USER_ATTRIBUTES: Member = Member {
    name: "UserAttributes",
    shape: Shape::List(&ATTRIBUTE_TYPE),
    required: true,
    about: "The attributes to set. A blank value deletes its attribute.",
};
const USER_ATTRIBUTE_NAMES: Member = Member {
    name: "UserAttributeNames",
    shape: Shape::List(&NAME),
    required: true,
    about: "The names of the attributes to delete, such as nickname or custom:department.",
};
const ATTRIBUTE_NAME: Member = Member {
    name: "AttributeName",
    shape: NAME,
    required: true,
    about: "The attribute that the code is for: email or phone_number.",
};
const CODE: Member = Member {
    name: "Code",
    shape: Shape::Text { min: 1 },
    required: true,
    about: "The code that Cognito sent.",
};
const CLIENT_METADATA: Member = Member {
    name: "ClientMetadata",
    shape: Shape::Map,
    required: false,
    about: "What Cognito hands to the Lambda triggers that this call runs.",
};

const NAME: Shape = Shape::Text { min: 1 };
const ATTRIBUTE_TYPE: Shape = Shape::Structure(&[
    Member {
        name: "Name",
        shape: NAME,
        required: true,
        about: "The attribute's name, such as email or custom:department.",
    },
    Member {
        name: "Value",
        shape: Shape::TEXT,
        required: false,
        about: "The attribute's value.",
    },
]);
const CODE_DELIVERY_DETAILS: Shape = Shape::Structure(&[
    optional("Destination", Shape::TEXT),
    optional("DeliveryMedium", Shape::TEXT),
    optional("AttributeName", Shape::TEXT),
]);
const MFA_OPTION: Shape = Shape::Structure(&[
    optional("DeliveryMedium", Shape::TEXT),
    optional("AttributeName", Shape::TEXT),
]);

/// A part of an answer.
const fn optional(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        required: false,
        about: "",
    }
}

impl Operation {
    pub fn named(command: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|it| it.command == command)
    }

    /// Its name in the API.
    pub fn name(&self) -> &'static str {
        self.method.name()
    }
}

impl Member {
    /// Its option's name: `UserAttributes` is `user-attributes`.
    pub fn option(&self) -> String {
        let mut option = String::new();
        for character in self.name.chars() {
            if character.is_ascii_uppercase() && !option.is_empty() {
                option.push('-');
            }
            option.push(character.to_ascii_lowercase());
        }
        option
    }

    /// Whether a command line that holds it tells others too much.
    pub fn is_secret(&self) -> bool {
        [ACCESS_TOKEN.name, CODE.name].contains(&self.name)
    }
}
