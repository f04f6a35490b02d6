fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_send_direct_message::OPERATION)
}
