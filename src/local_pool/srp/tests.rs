//! Against values that pycognito 2024.5.1 computed for the client, and plain Python for the server:
//! `pow` over the same group.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;

const PASSWORD: &str = "Correct horse 1!";

const SALT: [u8; 16] = [
    0x5a, 0x17, 0xc0, 0xff, 0xee, 0x0b, 0xad, 0xc0, 0xde, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
];

/// A secret of the server's, which is the SHA-256 of its name.
const SECRET_OF: &[u8] = b"server";

const CLIENT_PUBLIC: &str = "\
    598949f290b6617b926cf4d173c60ec27128b7cf46bf12e3c3bbf1da54b837cbb336ad5bdc03a58d\
    6fdc2345aa5945c20a5e4a288b38f0816a65fb96d1d0ae9db21026fe5d930dc7c898c4ff9ae2c903\
    ea1a4afb41321940f83f07abeed9d09592909dac6aba9647aad912974c346e560c37de30d4472b2e\
    b550314d8028b6674d3c1c93aa11bb7c8bdcd1787b7c792daacb4ce6bf5e1ce89d8f33493b7237b2\
    2e30dfaa16f4afd4dd79efd18a38c4c8071419181922ba83db16d4acc1831eeab694f4db181c1f2c\
    cb787f508a37c8179f89cd14ccf5b9907a7b047063c1de292d30b2f03d5666b264e6473bceff5486\
    1cdc730da7cfef0e9ca2c59e94759508f2d3edc5e53949bd298dc79788edd3bba32189745a7aed8b\
    0e9636ee71cf2f0caa13aadc5c3850948b5f5570ec7a99896cc6b2aad385f4c0de0e46549a6188bd\
    bcf900b180b93006b95de38462848c96b92cc902e9873739767007634d81509276a8ea15764b22b8\
    4414f0c99205cbb2f808309897d1ef26617073991eff46a1";

const SERVER_PUBLIC: &str = "\
    64605496ae36de2b08426c9db20a493a859cbceeb6a78e6399655b8628c5cab1229f6eb5c1f98911\
    af9cb8f3bbc586253913a92bb67cf40d39821a6d8f18b651419606d04adb511744b5962ccd569e1e\
    2e3abfdd82f0e290268360987fafebc268e5a13c2258879b574b200b8ade7ee5f45a006a555cb8b5\
    6fdad1f1ed0318c41b0409dfb33bebc4eb83a6814e102cc4f9acebac8265d1d26f706ea02af8aefc\
    b93d73bec061c9db1bc51c2c4262b4a301dca5a706176471e4d7774a250370f3774ffe1678a455d6\
    d55f681dc6c516776669a8d9fb9064952d55b47cd6b2ac5d3f71571386cd7d466910d8b123d09d4e\
    59639ed3296fbf054c55203ded40a1f666f66c6ad57a8ccb016b97ae6d9744e82ed4ad5377e47ed6\
    750de8275c2e8716f21c5caabc16f166815815116b060aaeac0fc486725d0340afd9e67b310d9654\
    4a415b0bcea89f801433ac8c732d613944fdc9161ae1458c440918b9709614d236f8d8a67c774786\
    7399b7304465c9506b7b9bd6e43e7dd18bd34bc13b7254cc";

const BLOCK: &[u8] = b"a secret block of the server's";
const TIMESTAMP: &str = "Thu Nov 5 09:03:04 UTC 2026";
const SIGNATURE: &str = "rzJEK2EcK4YPG/B/Pv+4LsfRhomRx34qqllZyk8i8cU=";

fn exchange(user_id: &str, password: &str) -> Exchange {
    let identity = Identity {
        pool_name: "localpool".to_owned(),
        user_id: user_id.to_owned(),
    };
    let client_public = client_public(CLIENT_PUBLIC).expect("a number");
    let secret = digest(&SHA256, SECRET_OF);
    Exchange::begin(identity, password, &SALT, client_public, secret.as_ref())
}

fn proves(exchange: &Exchange, block: &[u8], timestamp: &str) -> bool {
    let signature = BASE64_STANDARD.decode(SIGNATURE).expect("Base64");
    exchange.proves(&Claim {
        secret_block: block,
        timestamp,
        signature: &signature,
    })
}

#[test]
fn the_servers_value_is_the_one_that_was_computed_elsewhere() {
    assert_eq!(exchange("dan", PASSWORD).public(), SERVER_PUBLIC);
}

#[test]
fn a_signature_that_was_computed_elsewhere_proves_the_password() {
    assert!(proves(&exchange("dan", PASSWORD), BLOCK, TIMESTAMP));
}

#[test]
fn anything_else_proves_nothing() {
    let good = exchange("dan", PASSWORD);
    assert!(!proves(
        &exchange("dan", "Correct horse 2!"),
        BLOCK,
        TIMESTAMP
    ));
    assert!(!proves(&exchange("ann", PASSWORD), BLOCK, TIMESTAMP));
    assert!(!proves(&good, b"another block", TIMESTAMP));
    assert!(!proves(&good, BLOCK, "Thu Nov 5 09:03:05 UTC 2026"));
}

#[test]
fn a_value_that_would_tell_the_secret_is_none() {
    let prime = prime();
    let twice = format!("{:x}", &prime * 2_u8);
    for zero in ["0", "00", &format!("{prime:x}"), &twice] {
        assert!(client_public(zero).is_none(), "{zero}");
    }
    for no_number in ["", "-1", "+1", "xyz", "1_0", &"1".repeat(MOST_DIGITS + 1)] {
        assert!(client_public(no_number).is_none(), "{no_number}");
    }
    assert!(client_public("2").is_some());
}
