fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&front::Front)
}
