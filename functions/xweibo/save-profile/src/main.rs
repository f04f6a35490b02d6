fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_save_profile::OPERATION)
}
