fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_send_direct_message::OPERATION)
}
