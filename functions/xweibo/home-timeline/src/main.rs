fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_home_timeline::OPERATION)
}
