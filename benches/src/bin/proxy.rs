//! The yardstick, with the system's allocator.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    user_attributes_benches::proxy::run().await
}
