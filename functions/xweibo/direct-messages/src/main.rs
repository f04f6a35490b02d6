fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_direct_messages::OPERATION)
}
