fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_hello_world::OPERATION)
}
