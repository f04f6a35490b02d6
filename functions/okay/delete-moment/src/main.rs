fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_delete_moment::OPERATION)
}
