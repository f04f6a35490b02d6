fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_show_moment::OPERATION)
}
