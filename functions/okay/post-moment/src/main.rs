fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_post_moment::OPERATION)
}
