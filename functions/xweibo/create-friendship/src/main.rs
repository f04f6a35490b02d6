fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_create_friendship::OPERATION)
}
