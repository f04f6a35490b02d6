fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_user_register::OPERATION)
}
