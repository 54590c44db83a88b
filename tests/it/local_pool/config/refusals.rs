//! Files that stop the start: with 64, before a port is taken, and with words that help.

use tokio::net::TcpListener;

use crate::support::process::{Exit, refused};

/// Passwords, which no message repeats.
const HIDDEN: &str = "hunter2";
const HIDDEN_NUMBER: &str = "7274867274";

#[tokio::test]
async fn a_file_that_is_no_file_of_pools_stops_the_start_and_says_in_which_line() {
    let pool = "[[pools]]\nid = \"us-east-1_A\"\n";
    for (text, problem) in [
        (String::new(), "it must have at least one [[pools]]"),
        (
            "pools = []".to_owned(),
            "it must have at least one [[pools]]",
        ),
        ("[[pools]\n".to_owned(), "line 1: "),
        (
            format!("{pool}colour = 1\n"),
            "line 3: unknown field `colour`",
        ),
        (
            format!("{pool}case_sensitive = 1\n"),
            "line 3: invalid type: integer `1`, expected a boolean",
        ),
        (
            "[[pools]]\nname = \"x\"\n".to_owned(),
            "line 1: missing field `id`",
        ),
        (
            format!("{pool}\n[[pools.clients]]\nname = \"x\"\n"),
            "line 4: missing field `id`",
        ),
        (
            format!("{pool}id = \"us-east-1_B\"\n"),
            "line 3: duplicate key",
        ),
        (
            format!("{pool}auto_verified_attributes = [\"name\"]\n"),
            "line 3: unknown variant `name`",
        ),
        (
            format!("[behaviour]\nno_deliveries = \"maybe\"\n{pool}"),
            "line 2: unknown variant `maybe`",
        ),
        (
            format!("{pool}[[pools.schema]]\nname = \"custom:n\"\nmin_value = 1.5\n"),
            "line 5: it must be a whole number of up to 2^1023",
        ),
        (
            format!("[behaviour]\nunlisted_client_attributes = \"some\"\n{pool}"),
            "line 2: unknown variant `some`",
        ),
        (
            format!("{pool}[[pools.users]]\nusername = \"a\"\nstatus = \"confirmed\"\n"),
            "line 5: unknown variant `confirmed`",
        ),
        (
            format!("{pool}[[pools.users]]\nusername = \"a\"\npassword = {HIDDEN_NUMBER}\n"),
            "line 5: it must be a text, in quotes",
        ),
        (
            format!("{pool}[[pools.clients]]\nid = \"a\"\nsecret = [\"{HIDDEN}\"]\n"),
            "line 5: it must be a text, in quotes",
        ),
        (
            format!("{pool}[[pools.users]]\nusername = \"a\"\npassword = {HIDDEN}\n"),
            "line 5: ",
        ),
        (
            format!("{pool}[[pools.users]]\nusername = \"a\"\npassword = \"{HIDDEN}\n"),
            "line 5: ",
        ),
    ] {
        check(text.as_bytes(), &[problem]).await;
    }
    check(b"[[pools]]\nid = \"\xff\"\n", &["valid UTF-8"]).await;
}

#[tokio::test]
async fn everything_that_cant_be_in_a_good_file_is_told_at_once_by_the_path_of_its_entry() {
    let file = format!(
        r#"
[[pools]]
id = "nowhere"
name = "a/b"
username_attributes = ["email"]
alias_attributes = ["email"]
auto_verified_attributes = ["email"]
attributes_require_verification_before_update = ["phone_number"]
email_verification_message = "no code"
sms_verification_message = "none"

[[pools.schema]]
name = "department"
[[pools.schema]]
name = "custom:a name that is too long"
[[pools.schema]]
name = "email"
attribute_data_type = "Number"
min_length = 3
max_length = 2
[[pools.schema]]
name = "custom:x"
min_value = 2
[[pools.schema]]
name = "custom:x"

[[pools.clients]]
id = "web-app"
name = ""
secret = "{HIDDEN}"
read_attributes = ["oidc:profile", "custom:nope"]
write_attributes = ["nope"]
explicit_auth_flows = ["ALLOW_ALL"]
[[pools.clients]]
id = "web-app"

[[pools.users]]
username = "not an address"
password = " {HIDDEN} "
[[pools.users]]
username = "eve@example.com"
password = "{HIDDEN}"

[[pools]]
id = "us-east-1_B"
[[pools.clients]]
id = "web-app"
[[pools.users]]
username = "dan"
[[pools.users]]
username = "dan"
[[pools.users]]
username = "eve"
attributes = {{ phone_number = "1", "custom:nope" = "x" }}
[[pools.users]]
username = "ann"
attributes = {{ email = "nope" }}

[[pools]]
id = "us-east-1_B"
"#
    );
    check(
        file.as_bytes(),
        &[
            "pools[0].id: \"nowhere\" isn't of the form us-east-1_Example",
            "pools[0].name: it must satisfy regular expression pattern",
            "pools[0].alias_attributes: can't go together with username_attributes",
            "pools[0].email_verification_message: it must satisfy",
            "pools[0].sms_verification_message: it must have length greater than or equal to 6",
            "pools[0].schema[0].name: department isn't a standard attribute, so it must begin with custom:",
            "pools[0].schema[1].name: it must have length less than or equal to 20",
            "pools[0].schema[2]: email is a String in every pool",
            "pools[0].schema[2]: the least is more than the most",
            "pools[0].schema[3]: min_value and max_value are for a Number",
            "pools[0].schema[4]: there is another attribute custom:x",
            r"pools[0].clients[0].id: it must satisfy regular expression pattern: [\w+]+",
            "pools[0].clients[0].name: it must have length greater than or equal to 1",
            "pools[0].clients[0].secret: it must have length greater than or equal to 24",
            "pools[0].clients[0].read_attributes: the schema has no custom:nope",
            "pools[0].clients[0].write_attributes: the schema has no nope",
            "pools[0].clients[0].explicit_auth_flows: there is no flow ALLOW_ALL",
            "pools[0].clients[1].id: there is another client web-app",
            "pools[0].users[0].username: it must satisfy regular expression pattern",
            "pools[0].users[0].password: it must satisfy regular expression pattern",
            "pools[0].users[1]: Password did not conform with policy: Password not long enough",
            "pools[0]: All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
            "pools[1].clients[0].id: there is another client web-app",
            "pools[1].users[1]: User account already exists",
            "pools[1].users[2]: Attributes did not conform to the schema: Type for attribute {custom:nope} could not be determined",
            "pools[1].users[3]: Invalid email address format.",
            "pools[2].id: there is another pool us-east-1_B",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_file_that_cant_be_read_stops_the_start() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path().to_str().expect("text");
    let exit = start(directory).await;
    check_exit(&exit, directory, &["it isn't a regular file"]);
    let missing = format!("{directory}/pools.toml");
    let exit = start(&missing).await;
    check_exit(&exit, &missing, &["No such file"]);
}

#[tokio::test]
async fn a_file_that_no_local_pool_reads_stops_the_start() {
    let flag = "--local-pool-config=pools.toml";
    let variable = [("USER_ATTRIBUTES_LOCAL_POOL_CONFIG", "pools.toml")];
    for (flags, environment) in [
        (&["--region=eu-central-1", flag][..], &[][..]),
        (&["--region=eu-central-1"], &variable),
        (&["--endpoint-url=http://127.0.0.1:1", flag], &[]),
    ] {
        let exit = refused(flags, environment).await;
        check_exit(&exit, "pools.toml", &["only --local-pool reads it"]);
    }
}

/// Checks that a start with this file ends, and tells these problems.
async fn check(file: &[u8], problems: &[&str]) {
    let config = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(config.path(), file).expect("a temporary file");
    let path = config.path().to_str().expect("text");
    check_exit(&start(path).await, path, problems);
}

/// With a port that is in use: it would be told if it had been asked for.
async fn start(config: &str) -> Exit {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address");
    let grpc_addr = format!("--grpc-addr={address}");
    refused(
        &["--local-pool", &grpc_addr, "--local-pool-config", config],
        &[],
    )
    .await
}

#[track_caller]
fn check_exit(exit: &Exit, path: &str, problems: &[&str]) {
    assert_eq!(exit.code, Some(64), "{}", exit.stderr);
    assert_eq!(exit.stdout, "");
    for part in [path, "--local-pool-config"].iter().chain(problems) {
        assert!(exit.stderr.contains(part), "{part:?} in {}", exit.stderr);
    }
    for hidden in [HIDDEN, HIDDEN_NUMBER] {
        assert!(!exit.stderr.contains(hidden), "{hidden} in {}", exit.stderr);
    }
}
