//! The span that a call belongs to, as its caller says in W3C's headers.
//!
//! The SDK's own reader takes ids that are too short, or have a sign.
//!
//! Source: [Trace Context](https://www.w3.org/TR/trace-context/)

use http::HeaderMap;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// Longest `tracestate` that is kept, in bytes: what everybody has to pass on, at least. Each of a
/// call's spans holds it until it is sent.
const MAX_TRACE_STATE: usize = 512;
/// Length of a `traceparent` of version 00, in bytes. Later versions may append to it.
const LENGTH: usize = 55;

/// The caller's span, if there is exactly one and it is well formed.
pub(super) fn remote(headers: &HeaderMap) -> Option<SpanContext> {
    let mut parents = headers.get_all("traceparent").iter();
    let (Some(parent), None) = (parents.next(), parents.next()) else {
        return None;
    };
    let (trace, span, flags) = trace_parent(parent.to_str().ok()?.trim())?;
    let context = SpanContext::new(trace, span, flags, true, trace_state(headers));
    context.is_valid().then_some(context)
}

fn trace_parent(text: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let (known, rest) = text.split_at_checked(LENGTH)?;
    let mut parts = known.split('-');
    let version = hex(parts.next()?, 2)?;
    let trace = hex(parts.next()?, 32)?;
    let span = hex(parts.next()?, 16)?;
    let flags = hex(parts.next()?, 2)?;
    let fits = match version {
        0 => rest.is_empty(),
        0xff => false,
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    let (span, flags) = (u64::try_from(span).ok()?, u8::try_from(flags).ok()?);
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    (fits && parts.next().is_none()).then(|| (TraceId::from(trace), SpanId::from(span), flags))
}

/// A number of exactly so many digits. Capital ones aren't allowed.
fn hex(digits: &str, length: usize) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_number = digits.len() == length && digits.bytes().all(is_digit);
    is_number.then(|| u128::from_str_radix(digits, 16).ok())?
}

/// What else the tracing systems before this one say. If it can't be kept whole, nothing of it is.
fn trace_state(headers: &HeaderMap) -> TraceState {
    let states = headers.get_all("tracestate").iter();
    let states: Option<Vec<_>> = states.map(|state| state.to_str().ok()).collect();
    let state = states.unwrap_or_default().join(",");
    if state.len() > MAX_TRACE_STATE {
        return TraceState::default();
    }
    state.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn parent(text: &str) -> Option<SpanContext> {
        remote(&headers(&[("traceparent", text)]))
    }

    #[test]
    fn a_parent_has_its_ids_and_whether_it_is_sampled() {
        for (flags, is_sampled) in [("00", false), ("01", true), ("03", true), ("fe", false)] {
            let context = parent(&format!("00-{TRACE}-{SPAN}-{flags}")).unwrap();
            assert_eq!(context.trace_id().to_string(), TRACE);
            assert_eq!(context.span_id().to_string(), SPAN);
            assert_eq!(context.is_sampled(), is_sampled, "{flags}");
            assert!(context.is_remote());
        }
    }

    #[test]
    fn a_later_version_may_append_to_it() {
        assert!(parent(&format!("01-{TRACE}-{SPAN}-01")).is_some());
        assert!(parent(&format!("cc-{TRACE}-{SPAN}-01-what-comes")).is_some());
        assert!(parent(&format!("cc-{TRACE}-{SPAN}-01.what")).is_none());
        assert!(parent(&format!("00-{TRACE}-{SPAN}-01-what")).is_none());
    }

    #[test]
    fn what_is_not_well_formed_is_no_parent() {
        let zero_trace = "0".repeat(32);
        for bad in [
            "",
            "00",
            "é",
            &format!("ff-{TRACE}-{SPAN}-01"),
            &format!("00-{zero_trace}-{SPAN}-01"),
            &format!("00-{TRACE}-0000000000000000-01"),
            &format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            &format!("00-+{}-{SPAN}-01", &TRACE[1..]),
            &format!("00-{TRACE}-{SPAN}-0"),
            &format!("00-{TRACE}{SPAN}-01--"),
            &format!("0--{TRACE}-{SPAN}-01"),
        ] {
            let header = http::HeaderValue::from_bytes(bad.as_bytes()).unwrap();
            let headers =
                HeaderMap::from_iter([(http::HeaderName::from_static("traceparent"), header)]);
            assert_eq!(remote(&headers), None, "{bad:?}");
        }
        let good = format!("00-{TRACE}-{SPAN}-01");
        assert_eq!(
            remote(&headers(&[("traceparent", &good), ("traceparent", &good)])),
            None
        );
        assert_eq!(remote(&HeaderMap::new()), None);
    }

    #[test]
    fn a_state_is_kept_whole_or_not_at_all() {
        let parent = format!("00-{TRACE}-{SPAN}-01");
        let state = |states: &[&str]| {
            let states = states.iter().map(|state| ("tracestate", *state));
            let list: Vec<_> = [("traceparent", &*parent)]
                .into_iter()
                .chain(states)
                .collect();
            remote(&headers(&list)).unwrap().trace_state().header()
        };
        assert_eq!(state(&[]), "");
        assert_eq!(state(&["a=1,b=2"]), "a=1,b=2");
        assert_eq!(state(&["a=1", "b=2"]), "a=1,b=2");
        assert_eq!(state(&["a=1,what"]), "");
        assert_eq!(state(&[&format!("a={}", "x".repeat(510))]), "");
    }
}
