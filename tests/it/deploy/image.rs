//! What the Dockerfile says of the binary.

use super::*;

/// The lines of a stage of the Dockerfile.
fn stage(name: &str) -> Vec<String> {
    let dockerfile = text("Dockerfile");
    let mut lines = dockerfile
        .lines()
        .skip_while(|line| !(line.starts_with("FROM ") && line.ends_with(&format!(" AS {name}"))));
    let from = lines.next().unwrap_or_else(|| panic!("no stage {name}"));
    let rest = lines.take_while(|line| !line.starts_with("FROM "));
    [from].into_iter().chain(rest).map(str::to_owned).collect()
}

/// What these instructions of a stage say.
fn instructions(stage: &[String], name: &str) -> Vec<String> {
    let prefix = format!("{name} ");
    let lines = stage.iter().filter_map(|line| line.strip_prefix(&prefix));
    lines.map(|line| line.trim().to_owned()).collect()
}

fn ports(stage: &[String]) -> Vec<u64> {
    let exposed = instructions(stage, "EXPOSE").concat();
    let ports = exposed.split(' ').map(str::parse);
    ports.map(|port| port.expect("a number")).collect()
}

#[test]
fn both_images_run_the_server_as_the_pods_user_in_an_empty_system() {
    let user = &manifest("deployment")["spec"]["template"]["spec"]["securityContext"];
    let ids = format!("{}:{}", user["runAsUser"], user["runAsGroup"]);
    for name in ["runtime", "local-pool"] {
        let stage = stage(name);
        assert_eq!(stage[0], format!("FROM scratch AS {name}"));
        assert_eq!(instructions(&stage, "USER"), [ids.as_str()], "{name}");
        let entrypoint = instructions(&stage, "ENTRYPOINT");
        assert_eq!(entrypoint, [r#"["/user-attributes-server"]"#], "{name}");
    }
}

#[test]
fn the_last_image_is_the_one_without_the_pool_and_has_the_containers_ports() {
    let dockerfile = text("Dockerfile");
    let last = dockerfile.lines().rfind(|line| line.starts_with("FROM "));
    assert_eq!(last, Some("FROM scratch AS runtime"));
    let runtime = stage("runtime");
    assert!(instructions(&runtime, "CMD").is_empty());
    let copied = instructions(&runtime, "COPY");
    assert!(copied.iter().all(|it| it.starts_with("--from=build ")));
    let mut declared: Vec<_> = container_ports().into_values().collect();
    declared.sort_unstable_by_key(|port| std::cmp::Reverse(*port));
    assert_eq!(ports(&runtime), declared);

    let build = stage("build").join("\n");
    assert!(build.contains("--no-default-features"));
    assert!(build.contains("--bin user-attributes-server"));
    let rust = format!("rust:{}-", env!("CARGO_PKG_RUST_VERSION"));
    assert!(dockerfile.contains(&rust), "the image builds with {rust}");
}

#[test]
fn the_image_for_development_has_the_pool_runs_it_and_says_what_it_is() {
    let image = stage("local-pool");
    assert_eq!(instructions(&image, "CMD"), [r#"["--local-pool"]"#]);
    assert!(image.join("\n").contains("FOR DEVELOPMENT"));
    let pool: SocketAddr = default_of("USER_ATTRIBUTES_LOCAL_POOL_ADDR")
        .and_then(|addr| addr.parse().ok())
        .expect("an address");
    assert!(ports(&image).contains(&u64::from(pool.port())));
    let copied = instructions(&image, "COPY");
    assert!(
        copied
            .iter()
            .all(|it| it.starts_with("--from=build-local-pool "))
    );

    let build = stage("build-local-pool").join("\n");
    assert!(
        build.contains("id=user-attributes-local-pool,target=/src/target"),
        "no binary of one stage can get into the other"
    );
    assert!(!build.contains("--no-default-features"));
    assert!(build.contains("--bin user-attributes-server"));
}

#[test]
fn both_images_say_which_version_they_are_of_and_what_they_were_built_from() {
    let dockerfile = text("Dockerfile");
    let version = concat!("ARG VERSION=", env!("CARGO_PKG_VERSION"));
    assert!(
        dockerfile.lines().any(|line| line == version),
        "no {version}"
    );
    for name in ["runtime", "local-pool"] {
        let stage = stage(name).join("\n");
        for (label, arg) in [
            ("version", "VERSION"),
            ("revision", "REVISION"),
            ("source", "SOURCE"),
            ("created", "CREATED"),
        ] {
            let label = format!("org.opencontainers.image.{label}=\"${{{arg}}}\"");
            assert!(stage.contains(&label), "{name}: {label}");
            assert!(stage.contains(&format!("ARG {arg}\n")), "{name}: {arg}");
        }
    }
}

#[test]
fn what_the_build_copies_is_let_through_to_it_and_nothing_else_is() {
    let ignored = text("Dockerfile.dockerignore");
    let mut let_through: Vec<_> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    assert!(ignored.lines().any(|line| line == "*"));
    let steps = instructions(&stage("source"), "COPY");
    let mut copied: Vec<_> = steps
        .iter()
        .filter_map(|copy| copy.rsplit_once(' '))
        .flat_map(|(from, _to)| from.split(' '))
        .collect();
    let_through.sort_unstable();
    copied.sort_unstable();
    assert_eq!(copied, let_through);
}
