//! The reasons of errors, from the contract's own list.

use super::ErrorReason;

impl ErrorReason {
    /// Every reason in the order of their numbers, which begin at 0 and leave none out. The first one
    /// is never sent.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map_while(|number| Self::try_from(number).ok())
    }

    /// The name that it has in `google.rpc.ErrorInfo`: without the prefix that the enum's scope
    /// demands.
    pub fn name(self) -> &'static str {
        let name = self.as_str_name();
        name.strip_prefix("ERROR_REASON_").unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;

    use super::*;
    use crate::proto::FILE_DESCRIPTOR_SET;

    #[test]
    fn each_of_the_contract_is_among_them_at_the_place_of_its_number() {
        let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
        let contract = pool.get_enum_by_name("cognito.userattributes.v1.ErrorReason");
        let contract = contract.expect("the contract's");
        let all: Vec<_> = ErrorReason::all().collect();
        assert_eq!(all.len(), contract.values().len());
        for (place, reason) in all.into_iter().enumerate() {
            assert_eq!(reason as usize, place);
            let full_name = format!("ERROR_REASON_{}", reason.name());
            assert!(contract.get_value_by_name(&full_name).is_some());
        }
    }
}
