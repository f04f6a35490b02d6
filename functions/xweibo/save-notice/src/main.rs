fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_save_notice::OPERATION)
}
