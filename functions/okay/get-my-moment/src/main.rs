fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_get_my_moment::OPERATION)
}
