fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_direct_messages::OPERATION)
}
