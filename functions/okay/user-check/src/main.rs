fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_user_check::OPERATION)
}
