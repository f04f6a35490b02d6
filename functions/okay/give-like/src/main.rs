fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_give_like::OPERATION)
}
