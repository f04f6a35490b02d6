fn main() -> shared::runtime::Outcome {
    shared::runtime::run_stream(fanout::handle)
}
