fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_give_like::OPERATION)
}
