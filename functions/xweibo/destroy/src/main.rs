fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_destroy::OPERATION)
}
