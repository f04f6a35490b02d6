fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_message_replies::OPERATION)
}
