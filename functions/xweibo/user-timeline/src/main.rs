fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_user_timeline::OPERATION)
}
