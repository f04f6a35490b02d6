fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_setting::OPERATION)
}
