//! Compiles the contract in `../proto` with tonic's own codec: messages, client and service.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../proto");
    let file = "cognito/userattributes/v1/user_attributes_service.proto";
    let contract = protox::compile([file], ["../proto"])?;
    tonic_prost_build::configure()
        .generate_default_stubs(true)
        .compile_fds(contract)?;
    Ok(())
}
