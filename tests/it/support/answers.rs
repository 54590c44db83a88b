//! Bytes of an answer, as Cognito and as what stands before it would write them.

pub const REQUEST_ID: &str = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

/// An answer of Cognito's form.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amzn-requestid: {REQUEST_ID}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An error of Cognito's form.
pub fn exception(status: u16, code: &str, message: &str) -> Vec<u8> {
    json(
        status,
        &serde_json::json!({ "__type": code, "message": message }).to_string(),
    )
}

/// An answer of something that isn't Cognito.
pub fn html(status: u16, body: &str) -> Vec<u8> {
    headed(status, "content-type: text/html", body)
}

/// An answer with one header besides its length.
pub fn headed(status: u16, header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Scripted\r\n{header}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}
