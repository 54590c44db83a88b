//! What the overlays say of the binary.

use super::*;

/// What the ConfigMap of an overlay has: the overlay's settings after the base's.
fn config_map(overlay: &str) -> Vec<(String, String)> {
    let mut all = settings("base/kustomization.yaml");
    all.extend(settings(&format!("overlays/{overlay}/kustomization.yaml")));
    // The addresses are for a pod: here the ports are free ones.
    all.retain(|(name, _)| !name.ends_with("_ADDR"));
    all
}

fn pairs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = settings.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn overlay(name: &str) -> Value {
    let path = format!("overlays/{name}/kustomization.yaml");
    serde_saphyr::from_str(&text(&path)).expect("YAML")
}

async fn starts_and_drains(settings: &[(&str, &str)]) {
    let process = Process::start(&[], settings).await;
    process.signal(rustix::process::Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0), "{settings:?}");
}

#[tokio::test]
async fn the_server_starts_with_the_settings_of_production_and_says_what_the_base_lacks() {
    starts_and_drains(&pairs(&config_map("production"))).await;

    let mut base = settings("base/kustomization.yaml");
    base.retain(|(name, _)| !name.ends_with("_ADDR"));
    let exit = process::run(&[], &pairs(&base)).await;
    assert_eq!(exit.code, Some(64));
    assert!(exit.stderr.contains("AWS_REGION"), "{}", exit.stderr);
}

#[tokio::test]
async fn the_server_starts_with_the_settings_of_local_which_are_the_pools() {
    let mut settings = config_map("local");
    assert!(settings.contains(&("USER_ATTRIBUTES_LOCAL_POOL".to_owned(), "true".to_owned())));
    assert!(
        settings.iter().all(|(name, _)| !name.starts_with("AWS_")),
        "nothing of AWS is needed"
    );
    settings.push((
        "USER_ATTRIBUTES_LOCAL_POOL_ADDR".to_owned(),
        "127.0.0.1:0".to_owned(),
    ));
    starts_and_drains(&pairs(&settings)).await;
}

#[test]
fn production_runs_three_replicas_of_an_image_by_its_digest() {
    let production = overlay("production");
    let image = &production["images"][0];
    assert_eq!(image["newTag"], Value::Null, "a tag can be moved");
    let digest = image["digest"].as_str().expect("a digest");
    let (algorithm, hash) = digest.split_once(':').expect("an algorithm and a hash");
    assert_eq!((algorithm, hash.len()), ("sha256", 64));
    assert_eq!(production["replicas"][0]["count"], 3);
}

#[test]
fn pods_are_spread_over_zones_and_start_all_the_same_if_they_cannot_be() {
    let pod = &manifest("deployment")["spec"]["template"]["spec"];
    let constraints = pod["topologySpreadConstraints"].as_array().expect("a list");
    let spread: Vec<_> = constraints
        .iter()
        .map(|it| (it["topologyKey"].as_str(), it["whenUnsatisfiable"].as_str()))
        .collect();
    let not_forced = Some("ScheduleAnyway");
    assert_eq!(
        spread,
        [
            (Some("topology.kubernetes.io/zone"), not_forced),
            (Some("kubernetes.io/hostname"), not_forced)
        ]
    );
}

#[test]
fn the_overlay_of_the_pool_cannot_be_applied_over_production() {
    assert_ne!(
        overlay("local")["namespace"],
        overlay("production")["namespace"]
    );
    assert_eq!(
        overlay("local")["replicas"][0]["count"],
        1,
        "each pod has a pool of its own"
    );
}
