//! A status, read by the contract.

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What a status says, by the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: Code,
    pub reason: String,
    pub outcome: String,
    pub operation: Option<String>,
    pub aws_error_code: Option<String>,
    pub aws_request_id: Option<String>,
    pub fields: Vec<(String, String)>,
}

impl Failure {
    pub fn of(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details
            .error_info()
            .unwrap_or_else(|| panic!("an ErrorInfo in {status:?}"));
        assert_eq!(info.domain, "userattributes.cognito");
        let metadata = |key: &str| info.metadata.get(key).cloned();
        let request_id = details.request_info().map(|info| info.request_id.clone());
        assert_eq!(request_id, metadata("awsRequestId"));
        let failure = Self {
            code: status.code(),
            reason: info.reason.clone(),
            outcome: metadata("outcome").expect("an outcome"),
            operation: metadata("operation"),
            aws_error_code: metadata("awsErrorCode"),
            aws_request_id: metadata("awsRequestId"),
            fields: details
                .bad_request()
                .map(|request| request.field_violations.clone())
                .unwrap_or_default()
                .into_iter()
                .map(|violation| (violation.field, violation.description))
                .collect(),
        };
        failure.check_promises(status);
        failure
    }

    /// What holds for every status that any test meets: UNAVAILABLE says that nothing was done, and so
    /// does a read; gRPC is told not to repeat what may have been done, and it is told the same as
    /// the reader of the details.
    #[track_caller]
    fn check_promises(&self, status: &Status) {
        let done = self.outcome != "not_applied";
        let is_read = self.operation.as_deref() == Some("GetUser");
        assert!(!done || self.code != Code::Unavailable, "{self:?}");
        assert!(!done || !is_read, "{self:?}");

        let pushback = status.metadata().get("grpc-retry-pushback-ms");
        let pushback = pushback.map(|it| it.to_str().expect("text").parse::<i64>());
        let pushback = pushback.map(|it| it.expect("a number"));
        assert!(!done || pushback == Some(-1), "{self:?}");
        let delay = status.get_details_retry_info();
        let delay = delay.and_then(|info| info.retry_delay);
        let delay = delay.map(|it| i64::try_from(it.as_millis()).expect("small"));
        assert_eq!(pushback.filter(|it| *it >= 0), delay, "{self:?}");
    }

    pub fn field_paths(&self) -> Vec<&str> {
        self.fields
            .iter()
            .map(|(field, _)| field.as_str())
            .collect()
    }
}
