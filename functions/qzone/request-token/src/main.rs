fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&qzone_request_token::OPERATION)
}
