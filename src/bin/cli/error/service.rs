//! An answer of the server's that isn't a reply.

use std::{fmt, time::Duration};

use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use user_attributes::proto::{Operation, code_name};

use super::Change;

#[derive(Debug)]
pub struct ServiceError {
    operation: Operation,
    status: Code,
    /// Cognito's name of it, else the reason, else gRPC's code.
    code: String,
    message: String,
    reason: Option<String>,
    /// `not_applied` or `unknown`.
    outcome: Option<String>,
    retry_after: Option<Duration>,
    /// A field's path and what is wrong with it, for each.
    violations: Vec<(String, String)>,
    change: Option<Change>,
    /// The call's own, which the server's log has.
    call_id: Option<String>,
    /// That of Cognito's answer.
    aws_request_id: Option<String>,
}

/// The metadata that has the call's id.
const CALL_ID: &str = "x-request-id";

impl ServiceError {
    pub fn new(operation: Operation, status: &Status, change: Option<Change>) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let told = |name| info.and_then(|info| info.metadata.get(name).cloned());
        let call_id = status.metadata().get(CALL_ID);
        let call_id = call_id.and_then(|id| id.to_str().ok());
        let violations = details
            .bad_request()
            .into_iter()
            .flat_map(|request| &request.field_violations)
            .map(|violation| (violation.field.clone(), violation.description.clone()))
            .collect();
        Self {
            operation,
            status: status.code(),
            code: code(&details, status.code()),
            message: status.message().trim_end().to_owned(),
            reason: info.map(|info| info.reason.clone()),
            outcome: told("outcome"),
            retry_after: details.retry_info().and_then(|info| info.retry_delay),
            violations,
            change,
            call_id: call_id.map(str::to_owned),
            aws_request_id: told("awsRequestId"),
        }
    }

    /// Whether the time ran out, which is no answer to the AWS CLI.
    pub fn is_late(&self) -> bool {
        self.status == Code::DeadlineExceeded
    }

    /// The error alone, without what a person may want to know besides.
    pub fn headline(&self) -> String {
        format!(
            "An error occurred ({}) when calling the {} operation: {}",
            self.code,
            self.operation.name(),
            self.message
        )
    }

    /// For programs. The first two are the AWS CLI's.
    pub fn members(&self) -> Value {
        let mut members = json!({"Code": self.code, "Message": self.message});
        for (name, value) in self.details() {
            members[name] = Value::from(value);
        }
        if !self.violations.is_empty() {
            let violation = |(field, description): &(String, String)| json!({"field": field, "description": description});
            members["violations"] = self.violations.iter().map(violation).collect();
        }
        members
    }

    /// What there is to know besides, by name.
    fn details(&self) -> Vec<(&'static str, String)> {
        let delay = |it| humantime::format_duration(it).to_string();
        let request_id = self.change.as_ref().map(|it| it.request_id.clone());
        [
            ("reason", self.reason.clone()),
            ("outcome", self.outcome.clone()),
            ("retryAfter", self.retry_after.map(delay)),
            ("requestId", request_id),
            ("callId", self.call_id.clone()),
            ("awsRequestId", self.aws_request_id.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        let details = self.details();
        if !details.is_empty() || !self.violations.is_empty() {
            write!(f, "\n\nAdditional error details:")?;
        }
        for (name, value) in details {
            write!(f, "\n  {name}: {value}")?;
        }
        for (field, description) in &self.violations {
            match field.as_str() {
                "" => write!(f, "\n  {description}")?,
                field => write!(f, "\n  {field}: {description}")?,
            }
        }
        match &self.change {
            Some(change) if self.outcome.as_deref() != Some("not_applied") => {
                write!(f, "\n\n{change}")
            }
            _ => Ok(()),
        }
    }
}

fn code(details: &ErrorDetails, status: Code) -> String {
    let Some(info) = details.error_info() else {
        return code_name(status).to_owned();
    };
    match info.metadata.get("awsErrorCode") {
        Some(code) => code.clone(),
        // What the server found before it asked Cognito has Cognito's name all the same.
        None if info.reason == "INVALID_PARAMETER" => "InvalidParameterException".to_owned(),
        None => info.reason.clone(),
    }
}
