fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&qzone_request_token::OPERATION)
}
