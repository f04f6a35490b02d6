fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_clear_tip::OPERATION)
}
