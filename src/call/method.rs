//! What is called, by the path of the request.

use crate::proto::Operation;

/// A method that this port serves, or none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One of the service's own.
    Operation(Operation),
    /// `grpc.health.v1.Health/Check`
    HealthCheck,
    /// `grpc.health.v1.Health/Watch`
    HealthWatch,
    /// `grpc.reflection.v1.ServerReflection/ServerReflectionInfo`
    Reflection,
    /// The same of `grpc.reflection.v1alpha`, which older clients call.
    ReflectionAlpha,
    /// Any other.
    Unknown,
}

/// The methods of the other services on the port.
const OTHERS: [(&str, Method); 4] = [
    ("/grpc.health.v1.Health/Check", Method::HealthCheck),
    ("/grpc.health.v1.Health/Watch", Method::HealthWatch),
    (
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        Method::Reflection,
    ),
    (
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        Method::ReflectionAlpha,
    ),
];

impl Method {
    /// The method that an HTTP/2 `:path` names.
    pub fn at_path(path: &str) -> Self {
        if let Some(operation) = Operation::at_path(path) {
            return Self::Operation(operation);
        }
        let known = OTHERS.iter().find(|(known, _)| *known == path);
        known.map_or(Self::Unknown, |(_, method)| *method)
    }

    /// Every method, and the unknown ones as the last.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = Operation::ALL.map(Self::Operation);
        let others = OTHERS.map(|(_, method)| method);
        own.into_iter().chain(others).chain([Self::Unknown])
    }

    /// Its place among them.
    pub fn place(self) -> usize {
        let own = Operation::ALL.len();
        match self {
            Self::Operation(operation) => operation as usize,
            Self::HealthCheck => own,
            Self::HealthWatch => own + 1,
            Self::Reflection => own + 2,
            Self::ReflectionAlpha => own + 3,
            Self::Unknown => own + OTHERS.len(),
        }
    }

    /// The operation, if it is one of the service's own methods.
    pub fn operation(self) -> Option<Operation> {
        match self {
            Self::Operation(operation) => Some(operation),
            _ => None,
        }
    }

    /// The path of its calls, if it is known.
    pub fn path(self) -> Option<&'static str> {
        match self {
            Self::Operation(operation) => Some(operation.path()),
            other => {
                let known = OTHERS.iter().find(|(_, method)| *method == other);
                known.map(|(path, _)| *path)
            }
        }
    }

    /// The name for the log: the operation's, or the path. Never the caller's own text, which can
    /// hold anything.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name(),
            other => other.path().unwrap_or("_OTHER"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_is_at_its_place() {
        let places: Vec<_> = Method::all().map(Method::place).collect();
        let count = Operation::ALL.len() + OTHERS.len() + 1;
        assert_eq!(places, (0..count).collect::<Vec<_>>());
    }
}
