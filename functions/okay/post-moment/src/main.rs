fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_post_moment::OPERATION)
}
