fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_delete_friendship::OPERATION)
}
