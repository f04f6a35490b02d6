fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_delete_blocks::OPERATION)
}
