fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&okay_hello_world::OPERATION)
}
