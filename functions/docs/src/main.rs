fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run_alone(docs::answer)
}
