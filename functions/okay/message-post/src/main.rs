fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_message_post::OPERATION)
}
