fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_get_my_moment::OPERATION)
}
