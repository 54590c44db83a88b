//! What a pod's status has of a start that the settings stop: the end of the log, as the Deployment
//! asks for no other termination message.

use super::*;

/// What of the log the kubelet takes. <https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/>
const BYTES: usize = 2048;
const LINES: usize = 80;

/// What a ConfigMap has more than the base's, and what the message is to name.
type Mistake<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

const REGION: (&str, &str) = ("AWS_REGION", "eu-central-1");

#[tokio::test]
async fn a_pods_status_names_what_is_wrong_with_its_settings() {
    let policy = &container()["terminationMessagePolicy"];
    assert_eq!(policy, "FallbackToLogsOnError");

    let pod: Value = serde_saphyr::from_str(&text("components/tls/deployment.yaml")).expect("YAML");
    let volume = &pod["spec"]["template"]["spec"]["volumes"][0];
    assert_eq!(
        volume["secret"]["optional"], true,
        "without it the server can't say so"
    );
    let tls = settings("components/tls/kustomization.yaml");
    let tls: Vec<_> = tls
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let no_certificate = [&[REGION], &*tls].concat();
    let mistakes: &[Mistake<'_>] = &[
        (
            &[REGION, ("USER_ATTRIBUTES_DRAIN_TIMOUT", "25s")],
            &[
                "USER_ATTRIBUTES_DRAIN_TIMOUT",
                "USER_ATTRIBUTES_DRAIN_TIMEOUT",
            ],
        ),
        (
            &[REGION, ("USER_ATTRIBUTES_DRAIN_TIMEOUT", "25")],
            &["USER_ATTRIBUTES_DRAIN_TIMEOUT", "25s"],
        ),
        (
            &[REGION, ("USER_ATTRIBUTES_DRAIN_TIMEOUT", "20s")],
            &["--drain-timeout", "--drain-delay", "--max-deadline"],
        ),
        (&no_certificate, &["/etc/user-attributes/tls/tls.crt"]),
        (&[], &["AWS_REGION"]),
        (
            &[("AWS_REGION", "eu_central_1")],
            &["AWS_REGION", "eu_central_1"],
        ),
        (
            &[("AWS_REGION", "eu-central-9")],
            &["AWS_REGION", "eu-central-9", "eu-central-1"],
        ),
        (
            &[REGION, ("HTTPS_PROXY", "socks5://proxy")],
            &["HTTPS_PROXY"],
        ),
    ];
    let base = settings("base/kustomization.yaml");
    for (mistake, told) in mistakes {
        let base = base.iter().map(|(name, value)| (&**name, &**value));
        let settings: Vec<_> = base.chain(mistake.iter().copied()).collect();
        let exit = process::run(&[], &settings).await;
        let message = exit.stderr;
        assert_eq!(exit.code, Some(64), "{mistake:?}: {message}");
        assert!(message.len() <= BYTES, "{mistake:?}: {message}");
        assert!(message.lines().count() <= LINES, "{mistake:?}: {message}");
        for name in *told {
            assert!(message.contains(name), "{name}: {message}");
        }
        assert_eq!(exit.stdout, "", "the message is one of both streams");
    }
}
