fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_delete_moment::OPERATION)
}
