fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_show_moment::OPERATION)
}
