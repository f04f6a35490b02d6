fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&qzone_access_token::OPERATION)
}
