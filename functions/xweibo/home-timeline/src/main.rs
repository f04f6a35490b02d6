fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_home_timeline::OPERATION)
}
