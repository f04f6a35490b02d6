fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&qzone_access_token::OPERATION)
}
