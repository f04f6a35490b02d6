fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_user_timeline::OPERATION)
}
