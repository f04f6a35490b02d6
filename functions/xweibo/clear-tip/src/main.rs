fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_clear_tip::OPERATION)
}
