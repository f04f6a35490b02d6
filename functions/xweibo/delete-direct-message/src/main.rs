fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_delete_direct_message::OPERATION)
}
