fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&front::Front)
}
