fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run_stream(fanout::handle)
}
