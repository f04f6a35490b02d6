fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_get_comments::OPERATION)
}
