fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_create_friendship::OPERATION)
}
