//! The service's methods, from the contract's own list.

include!(concat!(env!("OUT_DIR"), "/operation.rs"));

impl Operation {
    /// Whether it changes nothing, so that it does no harm to do it twice.
    pub fn is_read(self) -> bool {
        self == Self::GetUser
    }

    /// The method that an HTTP/2 `:path` names, if it is one of this service's.
    pub fn at_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.path() == path)
    }
}
